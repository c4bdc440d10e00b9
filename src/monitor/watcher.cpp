#include "monitor/watcher.hpp"

#include <utility>

#include "monitor/resource.hpp"

namespace sluice::monitor {

base::Result<std::unique_ptr<Watcher>> Watcher::start(const WatcherOptions& options,
                                                      std::unique_ptr<Monitor> monitor,
                                                      OnSample on_sample) {
  if (options.interval.count() <= 0) {
    return base::fail(base::ErrorCode::invalid,
                      "monitor: the interval must be positive, for example 1s");
  }
  auto controller = PressureController::create(options.pressure);
  if (!controller) return tl::unexpected(controller.error());
  return std::unique_ptr<Watcher>(
      new Watcher(options.interval, *controller, std::move(monitor), std::move(on_sample)));
}

Watcher::Watcher(base::Duration interval, PressureController controller,
                 std::unique_ptr<Monitor> monitor, OnSample on_sample)
    : interval_(interval),
      controller_(controller),
      monitor_(std::move(monitor)),
      on_sample_(std::move(on_sample)),
      thread_([this] { run(); }) {}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Watcher::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    const Sample sample = monitor_->sample();
    on_sample_(sample, controller_.update(to_pressure_input(sample), sample.time));
    lock.lock();
    changed_.wait_for(lock, interval_, [this] { return stop_; });
  }
}

}  // namespace sluice::monitor
