// Sends a plan's requests and counts what comes back.
#pragma once

#include <stop_token>

#include "load/result.hpp"

namespace sluice::load {

/// Runs the plan to its end, or until `stop` is requested. One thread drives every connection.
/// Blocks. Errors: a server that does not answer or does not know a model, a payload that does
/// not fit; once requests flow, errors are counted, not returned.
[[nodiscard]] base::Result<LoadResult> run(const Plan& plan, const base::Clock& clock,
                                           std::stop_token stop);

}  // namespace sluice::load
