// Places that users name on the command line and in configurations: where a daemon listens, and
// where clients find one. Each is refused with a message, or printed so that it is read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cli/http_client.hpp"
#include "config/listen_address.hpp"
#include "load/plan.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto listen = config::parse_listen_address(text)) {
    const auto again = config::parse_listen_address(config::format_listen_address(*listen));
    require(again && again->address == listen->address && again->port == listen->port);
  } else {
    require(!listen.error().message.empty());
  }
  if (const auto target = load::parse_url(text)) {
    require(!target->host.empty() && target->port != 0);
  } else {
    require(!target.error().message.empty());
  }
  if (const auto url = cli::parse_http_url(text)) {
    require(!url->host.empty() && !url->port.empty());
    const auto again = cli::parse_http_url(cli::to_string(*url));
    require(again && again->tls == url->tls && again->host == url->host &&
            again->port == url->port && again->path == url->path);
  } else {
    require(!url.error().message.empty());
  }
  return 0;
}
