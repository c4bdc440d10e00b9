// Refusals as answers.
#pragma once

#include "serve/http/message.hpp"
#include "serve/request.hpp"

namespace sluice::serve::http {

/// 200, 400, ...
int http_status(Status status);
/// The status that an answer of that number tells of.
Status status_from(int http);

/// With everything the refusal knows, and Retry-After for 429 and 503.
Response error_response(const Refusal& refusal);
/// One that says no more than this.
Response error_response(int status, std::string_view message);

}  // namespace sluice::serve::http
