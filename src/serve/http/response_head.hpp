// The first lines of an answer.
#pragma once

#include <string>

#include "serve/http/message.hpp"

namespace sluice::serve::http {

struct Framing {
  unsigned version = 11;  ///< of the request: 10 or 11
  bool keep_alive = true;
};

/// Status line and fields, with the empty line. Answers of events end with the connection.
[[nodiscard]] std::string response_head(const Response& response, const Framing& framing);

}  // namespace sluice::serve::http
