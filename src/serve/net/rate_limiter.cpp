#include "serve/net/rate_limiter.hpp"

#include <algorithm>

namespace sluice::serve::net {

RateLimiter::RateLimiter(double rate, double burst, std::size_t clients)
    : most_(std::max<std::size_t>(clients, 1)) {
  if (rate > 0) {
    interval_ = base::from_seconds(1 / rate);
    depth_ = base::from_seconds(std::max(burst, 1.0) / rate);
  }
}

base::Duration RateLimiter::take(std::string_view client, base::Time now) {
  if (interval_ == base::Duration::zero()) return base::Duration::zero();
  const std::lock_guard lock(mutex_);
  const auto known = by_key_.find(client);
  if (known != by_key_.end()) {
    clients_.splice(clients_.begin(), clients_, known->second);
  } else {
    if (clients_.size() == most_) {
      by_key_.erase(clients_.back().key);
      clients_.pop_back();
    }
    clients_.push_front({std::string(client), now});
    by_key_.emplace(clients_.front().key, clients_.begin());
  }
  base::Time& full = clients_.front().full;
  const base::Time after = std::max(full, now) + interval_;
  const base::Duration excess = after - now - depth_;
  if (excess > base::Duration::zero()) return excess;
  full = after;
  return base::Duration::zero();
}

}  // namespace sluice::serve::net
