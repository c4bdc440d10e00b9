// Who may call what, and how often.
#pragma once

#include <optional>

#include <grpcpp/server_context.h>

#include "serve/grpc/server.hpp"

namespace sluice::serve::grpc {

/// nullopt: the caller's token has this role, or no tokens are asked for.
std::optional<Refusal> check_role(const ::grpc::CallbackServerContext& call,
                                  const net::Tokens& tokens, net::Role needed);

/// nullopt: the caller (by token, else by address) may have one more inference now.
std::optional<Refusal> check_rate(const ::grpc::CallbackServerContext& call,
                                  net::RateLimiter& rates, base::Time now);

/// The first value of this key in the call's metadata; empty: none.
std::string_view metadata(const ::grpc::CallbackServerContext& call, const char* key);

}  // namespace sluice::serve::grpc
