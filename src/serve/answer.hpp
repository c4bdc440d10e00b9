// From how a request ended to what its client is told.
#pragma once

#include <string>

#include "runtime/engine.hpp"
#include "serve/request.hpp"
#include "serve/routes.hpp"

namespace sluice::serve {

/// The reply without `id`. `route` is where the request was sent; the answer names the model that
/// ran, which differs after a degrade.
[[nodiscard]] InferReply answer(runtime::Response response, const Route& route,
                                const Routes& routes, std::uint32_t generation);

/// A reply for a request that was not scheduled.
[[nodiscard]] InferReply refused(Refusal refusal, const InferRequest& request);

/// Unavailable because the daemon is going down, or is not yet up.
[[nodiscard]] Refusal draining();
[[nodiscard]] Refusal not_ready(std::string message);

}  // namespace sluice::serve
