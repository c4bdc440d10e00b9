#include "camera/backoff.hpp"

#include <algorithm>

namespace sluice::camera {

void Backoff::failed(base::Time now) {
  const bool first = wait_ == base::Duration::zero();
  // Halved, where doubling could overflow.
  wait_ = first                          ? std::min(options_.first, options_.longest)
          : wait_ > options_.longest / 2 ? options_.longest
                                         : wait_ * 2;
  next_attempt_ = base::add(now, wait_);
}

void Backoff::succeeded() {
  wait_ = base::Duration::zero();
  next_attempt_ = base::Time();
}

}  // namespace sluice::camera
