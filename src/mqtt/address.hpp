// Where a broker is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::mqtt {

struct Address {
  bool tls = false;
  std::string host;  ///< name or address, an IPv6 one without its brackets
  std::uint16_t port = 1883;
};

/// "mqtt://HOST[:1883]", "mqtts://HOST[:8883]". Errors (invalid): what is wrong with it; a user or
/// password in it, which have options of their own, is not repeated.
base::Result<Address> parse_address(std::string_view text);

}  // namespace sluice::mqtt
