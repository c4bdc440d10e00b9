#include "runtime/decision.hpp"

#include <fmt/format.h>

#include "telemetry/sentences.hpp"

namespace sluice::runtime {
namespace {

using schedule::DropReason;
using telemetry::duration_text;

/// "; 12.0 ms of work was in front of it, 5 requests were queued".
std::string load_text(const schedule::Numbers& numbers) {
  return fmt::format("; {} of work was in front of it, {} requests were queued",
                     duration_text(numbers.backlog), numbers.queued);
}

}  // namespace

std::string decision_name(std::uint32_t generation, schedule::RequestId request) {
  return fmt::format("{}-{}", generation, request);
}

std::string drop_text(const Response& response, const std::string& task,
                      const std::string& protects) {
  const std::string load = load_text(response.numbers);
  switch (response.reason) {
    case DropReason::queue_full_oldest:
    case DropReason::queue_full_newest:
    case DropReason::queue_full_lowest_value:
      return fmt::format("the queue of task '{}' is full{}: retry later or send less", task, load);
    case DropReason::shed:
      return fmt::format("shed{}{}: retry later or send less",
                         protects.empty() ? "" : " so that '" + protects + "' stays on time", load);
    case DropReason::expired:
      return fmt::format("its deadline passed after it had waited {}{}",
                         duration_text(response.queued), load);
    case DropReason::infeasible:
      return fmt::format("by prediction it could not finish before its deadline{}: allow more time",
                         load);
    case DropReason::cancelled:
      return "cancelled by the client";
    case DropReason::backend_failed:
      return "the batch it was in failed";
    case DropReason::quarantined:
      return "every instance of the model is out of service after failures: retry later";
    case DropReason::shutdown:
      return "the server stopped before its turn came: retry elsewhere or later";
  }
  return {};
}

}  // namespace sluice::runtime
