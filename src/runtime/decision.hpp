// How a decision of the scheduler is named and told to whoever sent the request.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/engine.hpp"

namespace sluice::runtime {

/// "1-2047": under this name the daemon tells the request's story while it remembers it.
[[nodiscard]] std::string decision_name(std::uint32_t generation, schedule::RequestId request);

/// Why a request was dropped, with the numbers of the decision and what to do: "by prediction it
/// could not finish before its deadline; 12.0 ms of work was in front of it, ...". `task` is the
/// request's, `protects` the one for whose deadlines it was shed (empty: none).
[[nodiscard]] std::string drop_text(const Response& response, const std::string& task,
                                    const std::string& protects);

}  // namespace sluice::runtime
