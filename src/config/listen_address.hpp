// "ADDRESS:PORT" as the configuration and the command line write it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "serve/net/options.hpp"

namespace sluice::config {

/// Reads "127.0.0.1:8000", "[::1]:8000", or "off" (no address). Port 0 is any free one. Errors: an
/// address that is no IP address, a port that is none.
[[nodiscard]] base::Result<serve::net::ListenOptions> parse_listen_address(std::string_view text);

/// The same the other way.
[[nodiscard]] std::string format_listen_address(const serve::net::ListenOptions& listen);

}  // namespace sluice::config
