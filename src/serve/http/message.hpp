// Requests and answers as the handlers see them: plain values, no sockets.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "tensor/tensor.hpp"

namespace sluice::serve::http {

/// The header fields that mean something here; empty: absent.
struct Fields {
  std::string authorization;
  std::string accept_encoding;
  std::string content_encoding;
  std::string inference_header_content_length;
  std::string if_none_match;
  std::string traceparent;
  std::string content_type;
};

struct Request {
  std::string method;  ///< "GET"
  std::string target;  ///< path and query, as they came
  Fields fields;
  /// Never null. Tensors may borrow from it.
  std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
  std::string peer;  ///< the client's address, for its rate
  /// Runs work on the thread of the connection, so that it burdens no thread of the engine.
  std::function<void(std::function<void()>)> defer;
};

/// A piece of a body: text, or the data of a tensor where it lies.
using Part = std::variant<std::string, tensor::Tensor>;

[[nodiscard]] std::string_view bytes_of(const Part& part);

/// Makes the next event of an endless answer.
using EventSource = std::function<std::string()>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> fields;  ///< further header fields
  std::vector<Part> body;
  std::string_view file;  ///< instead of `body`: bytes that live as long as the program
  /// Instead of `body`: events, `event_interval` apart, until the client leaves.
  EventSource events;
  base::Duration event_interval{0};

  [[nodiscard]] std::size_t size() const;
};

/// Takes the answer to one request; callable once, on any thread.
using Respond = std::function<void(Response)>;

}  // namespace sluice::serve::http
