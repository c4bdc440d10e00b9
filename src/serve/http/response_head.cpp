#include "serve/http/response_head.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace sluice::serve::http {
namespace {

std::string_view phrase(int status) {
  if (status == 499) return "Client Closed Request";
  const auto text = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  return {text.data(), text.size()};
}

}  // namespace

std::string response_head(const Response& response, const Framing& framing) {
  std::string head;
  head.reserve(256);
  auto to = std::back_inserter(head);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nServer: sluice\r\nX-Content-Type-Options: nosniff\r\n",
                 response.status, phrase(response.status));
  if (response.status != 304) {
    fmt::format_to(to, "Content-Type: {}\r\n", response.content_type);
    if (!response.events) fmt::format_to(to, "Content-Length: {}\r\n", response.size());
  }
  if (!framing.keep_alive || response.events) {
    head.append("Connection: close\r\n");
  } else if (framing.version == 10) {
    head.append("Connection: keep-alive\r\n");
  }
  for (const auto& [name, value] : response.fields) {
    fmt::format_to(to, "{}: {}\r\n", name, value);
  }
  head.append("\r\n");
  return head;
}

}  // namespace sluice::serve::http
