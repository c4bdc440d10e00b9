#include "config/listen_address.hpp"

#include <array>

#include <arpa/inet.h>

#include "base/units.hpp"

namespace sluice::config {
namespace {

constexpr const char* kForm = "write ADDRESS:PORT, for example 127.0.0.1:8000, [::1]:8000, or off";

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  // inet_pton() reads no further than a zero byte.
  return text.find('\0') == std::string::npos &&
         ::inet_pton(family, text.c_str(), binary.data()) == 1;
}

}  // namespace

base::Result<serve::net::ListenOptions> parse_listen_address(std::string_view text) {
  if (text == "off") return serve::net::ListenOptions{};
  const auto bad = [text] {
    return base::fail(base::ErrorCode::invalid, "\"{}\" is not an address; {}", text, kForm);
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad();
  const auto port = base::parse_integer(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) {
    return base::fail(base::ErrorCode::invalid, "\"{}\" has no port from 0 to 65535; {}", text,
                      kForm);
  }
  std::string address(text.substr(0, colon));
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed) address = address.substr(1, address.size() - 2);
  if (!is_address(bracketed ? AF_INET6 : AF_INET, address)) return bad();
  return serve::net::ListenOptions{std::move(address), static_cast<std::uint16_t>(*port)};
}

std::string format_listen_address(const serve::net::ListenOptions& listen) {
  if (listen.address.empty()) return "off";
  if (listen.address.find(':') == std::string::npos) {
    return fmt::format("{}:{}", listen.address, listen.port);
  }
  return fmt::format("[{}]:{}", listen.address, listen.port);
}

}  // namespace sluice::config
