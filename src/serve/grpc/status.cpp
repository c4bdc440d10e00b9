#include "serve/grpc/status.hpp"

#include <algorithm>
#include <chrono>

#include <boost/json/object.hpp>

#include "base/json.hpp"

namespace sluice::serve::grpc {
namespace {

using ::grpc::StatusCode;

std::string numbers_json(const schedule::Numbers& numbers) {
  return base::to_json(boost::json::object{
      {"service_ms", base::to_ms(numbers.service)},
      {"backlog_ms", base::to_ms(numbers.backlog)},
      {"queued", numbers.queued},
      {"task_queued", numbers.task_queued},
      {"density", numbers.density},
  });
}

/// Metadata values are printable ASCII.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

StatusCode code_of(Status status) {
  switch (status) {
    case Status::ok:
      return StatusCode::OK;
    case Status::invalid:
      return StatusCode::INVALID_ARGUMENT;
    case Status::unauthenticated:
      return StatusCode::UNAUTHENTICATED;
    case Status::forbidden:
      return StatusCode::PERMISSION_DENIED;
    case Status::not_found:
      return StatusCode::NOT_FOUND;
    case Status::conflict:
      return StatusCode::FAILED_PRECONDITION;
    case Status::too_large:
    case Status::overloaded:
      return StatusCode::RESOURCE_EXHAUSTED;
    case Status::unsupported:
      return StatusCode::UNIMPLEMENTED;
    case Status::unavailable:
      return StatusCode::UNAVAILABLE;
    case Status::deadline_exceeded:
      return StatusCode::DEADLINE_EXCEEDED;
    case Status::cancelled:
      return StatusCode::CANCELLED;
    case Status::internal:
      break;
  }
  return StatusCode::INTERNAL;
}

const char* name_of(StatusCode code) {
  switch (code) {
    case StatusCode::OK:
      return "OK";
    case StatusCode::CANCELLED:
      return "CANCELLED";
    case StatusCode::INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case StatusCode::DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case StatusCode::NOT_FOUND:
      return "NOT_FOUND";
    case StatusCode::PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case StatusCode::RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case StatusCode::FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case StatusCode::UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case StatusCode::UNAVAILABLE:
      return "UNAVAILABLE";
    case StatusCode::UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    default:
      return "INTERNAL";
  }
}

::grpc::Status status_of(const Refusal& refusal) {
  return {code_of(refusal.status), refusal.message};
}

std::vector<std::pair<std::string, std::string>> details_of(const Refusal& refusal) {
  std::vector<std::pair<std::string, std::string>> details;
  const auto add = [&details](const char* key, std::string value) {
    if (!value.empty()) details.emplace_back(key, printable(std::move(value)));
  };
  add("sluice-reason", refusal.reason);
  add("sluice-decision", refusal.decision);
  add("sluice-protects", refusal.protects);
  if (refusal.retry_after > base::Duration(0)) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(refusal.retry_after);
    add("retry-after-ms", std::to_string(ms.count()));
  }
  if (refusal.numbers) add("sluice-numbers", numbers_json(*refusal.numbers));
  return details;
}

}  // namespace sluice::serve::grpc
