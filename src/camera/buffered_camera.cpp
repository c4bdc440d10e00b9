#include "camera/buffered_camera.hpp"

#include <chrono>
#include <utility>

namespace sluice::camera {
namespace {

using base::ErrorCode;

// How long one call of the inner camera lasts: it ends early where it is interrupted.
constexpr base::Duration kTurn = std::chrono::seconds(1);

}  // namespace

BufferedCamera::BufferedCamera(std::string name, std::unique_ptr<Camera> inner, Keep keep,
                               std::size_t capacity)
    : name_(std::move(name)),
      inner_(std::move(inner)),
      keep_(keep),
      queue_(keep == Keep::latest ? 1 : capacity,
             keep == Keep::every ? WhenFull::wait : WhenFull::drop_oldest),
      thread_([this] { run(); }) {}

BufferedCamera::~BufferedCamera() {
  interrupt();
  thread_.join();
}

void BufferedCamera::interrupt() {
  interrupted_ = true;
  inner_->interrupt();
  queue_.close();
}

void BufferedCamera::run() {
  while (!interrupted_) {
    auto sample = inner_->next(kTurn);
    if (sample && !*sample) break;
    if (sample) {
      queue_.put(std::move(**sample));
    } else if (sample.error().code == ErrorCode::invalid &&
               (keep_ != Keep::latest || queue_.empty())) {
      queue_.put(tl::unexpected(std::move(sample.error())));
    }
  }
  queue_.close();
}

base::Result<std::optional<Sample>> BufferedCamera::next(base::Duration timeout) {
  auto entry = queue_.take(timeout);
  if (interrupted_) {
    return base::fail(ErrorCode::unavailable, "camera {}: interrupted", name_);
  }
  if (entry && *entry) return std::move(**entry);
  if (entry) return tl::unexpected(std::move(entry->error()));
  // What came between the waiting and this question is for the next call.
  if (queue_.closed() && queue_.empty()) return std::nullopt;
  const Statistics statistics = inner_->statistics();
  if (statistics.failed) {
    return base::fail(ErrorCode::unavailable, "camera {}: {}", name_, statistics.error);
  }
  return base::fail(ErrorCode::unavailable, "camera {}: no sample within {:.1f} s", name_,
                    base::to_seconds(timeout));
}

Statistics BufferedCamera::statistics() const {
  Statistics statistics = inner_->statistics();
  (keep_ == Keep::latest ? statistics.replaced : statistics.lost) += queue_.dropped();
  return statistics;
}

}  // namespace sluice::camera
