#include "mqtt/address.hpp"

#include "base/units.hpp"

namespace sluice::mqtt {

base::Result<Address> parse_address(std::string_view text) {
  Address address;
  std::string_view rest = text;
  if (rest.starts_with("mqtt://")) {
    rest.remove_prefix(7);
  } else if (rest.starts_with("mqtts://")) {
    rest.remove_prefix(8);
    address.tls = true;
    address.port = 8883;
  } else {
    return base::fail(base::ErrorCode::invalid,
                      "a broker is written mqtt://HOST[:PORT] or, with TLS, mqtts://HOST[:PORT]");
  }
  if (rest.find('@') != std::string_view::npos) {
    return base::fail(base::ErrorCode::invalid,
                      "a broker's address has no user and password; use `username` and `password`");
  }
  std::string_view port;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) {
      return base::fail(base::ErrorCode::invalid, "broker {}: ']' is missing", text);
    }
    address.host = rest.substr(1, end - 1);
    port = rest.substr(end + 1);
  } else {
    const auto colon = rest.find(':');
    address.host = rest.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : rest.substr(colon);
  }
  if (address.host.empty() ||
      address.host.find_first_of(std::string_view("/?#[] \t\r\n\0", 10)) != std::string::npos) {
    return base::fail(base::ErrorCode::invalid, "broker {}: not a host's name or address", text);
  }
  if (!port.empty()) {
    const auto number = port.front() == ':' ? base::parse_integer(port.substr(1))
                                            : base::fail(base::ErrorCode::invalid, "no port");
    if (!number || *number < 1 || *number > 65535) {
      return base::fail(base::ErrorCode::invalid, "broker {}: the port must be 1 to 65535", text);
    }
    address.port = static_cast<std::uint16_t>(*number);
  }
  return address;
}

UserAndBroker split_user(std::string_view url) {
  const auto scheme = url.find("://");
  const auto at = url.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme) {
    return {{}, {}, std::string(url)};
  }
  const auto begin = scheme + 3;
  const auto user = url.substr(begin, at - begin);
  const auto colon = user.find(':');
  UserAndBroker parts;
  parts.username = user.substr(0, colon);
  if (colon != std::string_view::npos) parts.password = user.substr(colon + 1);
  parts.broker = std::string(url.substr(0, begin)) + std::string(url.substr(at + 1));
  return parts;
}

}  // namespace sluice::mqtt
