#include "base/units.hpp"
#include "load/plan.hpp"

namespace sluice::load {
namespace {

struct Scheme {
  Protocol protocol;
  std::string_view name;
  std::uint16_t port;
};
constexpr Scheme kSchemes[] = {
    {Protocol::http, "http", 8000}, {Protocol::grpc, "grpc", 8001}, {Protocol::tcp, "tcp", 8008}};

base::Result<Target> bad(std::string_view url) {
  return base::fail(base::ErrorCode::invalid,
                    "\"{}\" is no server's place; write http://HOST:PORT, grpc://HOST:PORT or "
                    "tcp://HOST:PORT",
                    url);
}

}  // namespace

const char* to_string(Protocol protocol) {
  for (const auto& scheme : kSchemes) {
    if (scheme.protocol == protocol) return scheme.name.data();
  }
  return "";
}

base::Result<Target> parse_url(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return bad(url);
  Target target;
  bool known = false;
  for (const auto& scheme : kSchemes) {
    if (scheme.name != url.substr(0, colon)) continue;
    target.protocol = scheme.protocol;
    target.port = scheme.port;
    known = true;
  }
  auto place = url.substr(colon + 3);
  if (place.ends_with('/')) place.remove_suffix(1);
  if (!known || place.empty() || place.find('/') != std::string_view::npos) return bad(url);

  // An IPv6 address stands in brackets, so that its colons are none of the port's.
  std::string_view port;
  if (place.starts_with('[')) {
    const auto end = place.find(']');
    if (end == std::string_view::npos) return bad(url);
    target.host = place.substr(1, end - 1);
    port = place.substr(end + 1);
  } else {
    const auto at = std::min(place.find(':'), place.size());
    target.host = place.substr(0, at);
    port = place.substr(at);
  }
  if (target.host.empty()) return bad(url);
  if (!port.empty()) {
    const auto number = base::parse_integer(port.substr(1));
    if (port[0] != ':' || !number || *number < 1 || *number > 65535) return bad(url);
    target.port = static_cast<std::uint16_t>(*number);
  }
  return target;
}

}  // namespace sluice::load
