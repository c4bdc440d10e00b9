#include "camera/feed_camera.hpp"

#include <algorithm>
#include <utility>

namespace sluice::camera {

using base::ErrorCode;

FeedCamera::FeedCamera(std::string name, Connect connect, BackoffOptions backoff,
                       const base::Clock& clock)
    : name_(std::move(name)), connect_(std::move(connect)), clock_(clock), backoff_(backoff) {}

FeedCamera::FeedCamera(std::string name, std::unique_ptr<Feed> feed, BackoffOptions backoff,
                       const base::Clock& clock)
    : name_(std::move(name)), clock_(clock), backoff_(backoff), feed_(std::move(feed)) {}

base::Result<std::optional<Sample>> FeedCamera::next(base::Duration timeout) {
  const base::Time deadline = base::add(clock_.now(), timeout);
  if (auto ready = prepare(timeout); !ready) return tl::unexpected(ready.error());
  // Looked at once the feed is in its place: interrupt() finds it there, or was before.
  if (interrupter_.interrupted()) return interrupted();

  auto sample = feed_->next(std::max(deadline - clock_.now(), base::Duration::zero()));
  if (interrupter_.interrupted()) return interrupted();
  if (sample && *sample) {
    backoff_.succeeded();
    const std::lock_guard lock(mutex_);
    statistics_.failed = false;
    statistics_.captured = (*sample)->captured;
    ++statistics_.samples;
    return sample;
  }
  if (sample) {
    if (!connect_) return sample;
    lose_connection();
    return fail({ErrorCode::unavailable, "the connection is lost"}, 0);
  }
  switch (sample.error().code) {
    case ErrorCode::invalid:
      return fail(std::move(sample.error()), 1);
    case ErrorCode::unavailable:
      return tl::unexpected(base::with_context("camera " + name_, std::move(sample.error())));
    default:
      lose_connection();
      return fail({ErrorCode::unavailable, std::move(sample.error().message)}, 0);
  }
}

base::Status FeedCamera::prepare(base::Duration timeout) {
  if (const base::Time now = clock_.now(); backoff_.next_attempt() > now) {
    interrupter_.wait(std::min(timeout, backoff_.next_attempt() - now));
  }
  if (interrupter_.interrupted()) return interrupted();
  if (const base::Time now = clock_.now(); backoff_.next_attempt() > now) {
    const std::lock_guard lock(mutex_);
    return base::fail(ErrorCode::unavailable, "camera {}: {}; the next attempt is in {:.1f} s",
                      name_, statistics_.error, base::to_seconds(backoff_.next_attempt() - now));
  }
  return feed_ ? base::Status() : connect();
}

base::Status FeedCamera::connect() {
  auto feed = connect_();
  if (!feed) {
    backoff_.failed(clock_.now());
    return fail({ErrorCode::unavailable, std::move(feed.error().message)}, 0);
  }
  const bool again = std::exchange(was_connected_, true);
  const std::lock_guard lock(mutex_);
  feed_ = std::move(*feed);
  if (again) ++statistics_.reconnects;
  return {};
}

void FeedCamera::lose_connection() {
  backoff_.failed(clock_.now());
  if (!connect_) return;
  std::shared_ptr<Feed> closed;  // outside the lock: that may take its time
  const std::lock_guard lock(mutex_);
  closed.swap(feed_);
}

tl::unexpected<base::Error> FeedCamera::fail(base::Error error, std::uint64_t lost) {
  {
    const std::lock_guard lock(mutex_);
    statistics_.failed = true;
    statistics_.error = error.message;
    statistics_.lost += lost;
  }
  return tl::unexpected(base::with_context("camera " + name_, std::move(error)));
}

tl::unexpected<base::Error> FeedCamera::interrupted() const {
  return base::fail(ErrorCode::unavailable, "camera {}: interrupted", name_);
}

void FeedCamera::interrupt() {
  interrupter_.interrupt();
  std::shared_ptr<Feed> feed;
  {
    const std::lock_guard lock(mutex_);
    feed = feed_;
  }
  if (feed) feed->interrupt();
}

Statistics FeedCamera::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

}  // namespace sluice::camera
