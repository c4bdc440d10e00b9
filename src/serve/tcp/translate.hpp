// Between the protocol's messages and the service's.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "serve/net/options.hpp"
#include "serve/request.hpp"
#include "serve/tcp/frame_v1.hpp"
#include "serve/tcp/frame_v2.hpp"

namespace sluice::serve::tcp {

InferRequest to_request(v2::Infer message);

/// With the outputs of those names in that order; none: all. Error (invalid): no such output.
base::Result<v2::InferReply> to_reply(std::uint64_t id, const std::vector<std::string>& outputs,
                                      InferReply reply);

/// `now`: what the times are relative to.
v2::ErrorReply to_error(std::uint64_t id, const Refusal& refusal, base::Time now);

/// The only two ways in which version 1 can say no.
v1::Code v1_code(Status status);

/// One of only a status and a text.
Refusal refusal(Status status, std::string message);

/// The refusals that are the server's own.
Refusal no_token();
Refusal unknown_token();
Refusal too_often(base::Duration wait);
Refusal too_large(std::uint64_t bytes, const net::Limits& limits);
Refusal id_in_use(std::uint64_t id);

}  // namespace sluice::serve::tcp
