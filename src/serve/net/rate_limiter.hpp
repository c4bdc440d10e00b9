// How often one client may ask.
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"

namespace sluice::serve::net {

/// A token bucket per client, kept as the one time at which it will be full. Remembers a bounded
/// number of clients: beyond it, the one that asked least recently is forgotten (and so begins
/// with a full bucket). Thread-safe.
class RateLimiter {
 public:
  /// `rate` per second, `burst` (at least 1) at once; rate 0: no limit.
  RateLimiter(double rate, double burst, std::size_t clients = 65536);

  /// Takes one from the bucket of `client` (a token or an address). Zero: granted. Else
  /// nothing is taken, and it is the time until it will be.
  [[nodiscard]] base::Duration take(std::string_view client, base::Time now);

 private:
  struct Client {
    std::string key;
    base::Time full{};
  };
  base::Duration interval_{0};  ///< between two at the full rate; zero: no limit
  base::Duration depth_{0};     ///< from empty to full
  std::size_t most_;
  std::mutex mutex_;
  std::list<Client> clients_;  ///< the one that asked last first
  std::unordered_map<std::string_view, std::list<Client>::iterator> by_key_;
};

}  // namespace sluice::serve::net
