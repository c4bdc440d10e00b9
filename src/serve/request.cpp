#include "serve/request.hpp"

#include <utility>

#include "serve/public_text.hpp"

namespace sluice::serve {

const char* to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::invalid:
      return "invalid";
    case Status::unauthenticated:
      return "unauthenticated";
    case Status::forbidden:
      return "forbidden";
    case Status::not_found:
      return "not_found";
    case Status::conflict:
      return "conflict";
    case Status::too_large:
      return "too_large";
    case Status::unsupported:
      return "unsupported";
    case Status::overloaded:
      return "overloaded";
    case Status::unavailable:
      return "unavailable";
    case Status::deadline_exceeded:
      return "deadline_exceeded";
    case Status::cancelled:
      return "cancelled";
    case Status::internal:
      return "internal";
  }
  return "unknown";
}

Status status_of(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::invalid:
      return Status::invalid;
    case base::ErrorCode::not_found:
      return Status::not_found;
    case base::ErrorCode::unsupported:
      return Status::unsupported;
    case base::ErrorCode::unavailable:
      return Status::unavailable;
    case base::ErrorCode::io:
    case base::ErrorCode::internal:
      return Status::internal;
  }
  return Status::internal;
}

Refusal refuse(const base::Error& error) {
  Refusal refusal;
  refusal.status = status_of(error.code);
  refusal.message = without_paths(error.message);
  return refusal;
}

}  // namespace sluice::serve
