#include "serve/http/exchange.hpp"

#include <algorithm>

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

#include "serve/http/errors.hpp"

namespace sluice::serve::http {

namespace beast = boost::beast::http;

std::vector<boost::asio::const_buffer> unsent(const Exchange& exchange) {
  std::vector<boost::asio::const_buffer> buffers;
  std::size_t skip = exchange.sent;
  const auto add = [&](std::string_view bytes) {
    const auto skipped = std::min(skip, bytes.size());
    skip -= skipped;
    if (skipped < bytes.size()) {
      buffers.emplace_back(bytes.data() + skipped, bytes.size() - skipped);
    }
  };
  add(exchange.head_text);
  if (exchange.head) return buffers;
  for (const Part& part : exchange.response.body) add(bytes_of(part));
  add(exchange.response.file);
  return buffers;
}

std::optional<Response> complaint(const boost::system::error_code& error) {
  if (error == beast::error::header_limit || error == beast::error::buffer_overflow) {
    return error_response(431, "the header is too large");
  }
  if (error == beast::error::body_limit) {
    return error_response(413, "the body is larger than this server takes");
  }
  if (error.category() == make_error_code(beast::error::bad_method).category() &&
      error != beast::error::end_of_stream && error != beast::error::partial_message) {
    return error_response(400, fmt::format("this is not HTTP/1.1: {}", error.message()));
  }
  return std::nullopt;
}

}  // namespace sluice::serve::http
