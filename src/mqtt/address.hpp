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

/// A broker's URL in two parts.
struct UserAndBroker {
  std::string username, password;  ///< empty: none
  std::string broker;              ///< the URL without them, for parse_address()
};

/// Of "mqtt://[USER[:PASSWORD]@]HOST...".
UserAndBroker split_user(std::string_view url);

/// "mqtt://HOST[:1883]", "mqtts://HOST[:8883]". Errors (invalid): what is wrong with it; a user or
/// password in it, which have options of their own, is not repeated.
base::Result<Address> parse_address(std::string_view text);

}  // namespace sluice::mqtt
