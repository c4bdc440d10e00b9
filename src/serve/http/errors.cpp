#include "serve/http/errors.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json/object.hpp>

#include "base/json.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;

json::object object_of(const schedule::Numbers& numbers) {
  return {{"service_ms", base::to_ms(numbers.service)},
          {"backlog_ms", base::to_ms(numbers.backlog)},
          {"queued", numbers.queued},
          {"task_queued", numbers.task_queued},
          {"density", numbers.density}};
}

Response answer(int status, const json::object& body) {
  Response response;
  response.status = status;
  response.body.emplace_back(base::to_json(body));
  return response;
}

}  // namespace

int http_status(Status status) {
  switch (status) {
    case Status::ok:
      return 200;
    case Status::invalid:
      return 400;
    case Status::unauthenticated:
      return 401;
    case Status::forbidden:
      return 403;
    case Status::not_found:
      return 404;
    case Status::conflict:
      return 409;
    case Status::too_large:
      return 413;
    case Status::unsupported:
      return 501;
    case Status::overloaded:
      return 429;
    case Status::unavailable:
      return 503;
    case Status::deadline_exceeded:
      return 504;
    case Status::cancelled:
      return 499;
    case Status::internal:
      return 500;
  }
  return 500;
}

Status status_from(int http) {
  switch (http) {
    case 401:
      return Status::unauthenticated;
    case 403:
      return Status::forbidden;
    case 404:
      return Status::not_found;
    case 409:
      return Status::conflict;
    case 413:
      return Status::too_large;
    case 429:
      return Status::overloaded;
    case 499:
      return Status::cancelled;
    case 501:
      return Status::unsupported;
    case 503:
      return Status::unavailable;
    case 504:
      return Status::deadline_exceeded;
    default:
      break;
  }
  if (http < 400) return Status::ok;
  return http < 500 ? Status::invalid : Status::internal;
}

Response error_response(const Refusal& refusal) {
  json::object body{{"error", refusal.message}};
  if (!refusal.reason.empty()) body["reason"] = refusal.reason;
  if (!refusal.decision.empty()) body["decision"] = refusal.decision;
  if (!refusal.protects.empty()) body["protects"] = refusal.protects;
  if (refusal.numbers) body["numbers"] = object_of(*refusal.numbers);
  const bool again = refusal.status == Status::overloaded || refusal.status == Status::unavailable;
  if (again && refusal.retry_after.count() > 0) {
    body["retry_after_ms"] = base::to_ms(refusal.retry_after);
  }
  Response response = answer(http_status(refusal.status), body);
  if (again) {
    const double seconds = std::max(1.0, std::ceil(base::to_seconds(refusal.retry_after)));
    response.fields.emplace_back("Retry-After", fmt::format("{:.0f}", seconds));
  }
  if (refusal.status == Status::unauthenticated) {
    response.fields.emplace_back("WWW-Authenticate", "Bearer");
  }
  return response;
}

Response error_response(int status, std::string_view message) {
  return answer(status, {{"error", message}});
}

}  // namespace sluice::serve::http
