#include "station/station.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "station/captures.hpp"
#include "station/item_parts.hpp"
#include "station/timer.hpp"

namespace sluice::station {
namespace {

using base::ErrorCode;

/// After a failure (a camera or a record store that is away) until the next attempt.
constexpr std::chrono::seconds kRetry(1);
/// How long a frame is waited for before it is looked whether the station ends.
constexpr std::chrono::seconds kFrameWait(1);

}  // namespace

Station::Station(StationOptions options, std::vector<InspectionPlan> plans,
                 const Surroundings& around, Display& display, Tally& tally,
                 graph::Executor executor, runtime::Engine& engine, bool enabled)
    : options_(std::move(options)), around_(around), enabled_(enabled) {
  for (auto& plan : plans) {
    inspectors_.push_back(
        std::make_unique<Inspector>(std::move(plan), engine, around_.clock, executor));
  }
  if (options_.mode == Mode::item) {
    std::vector<Inspector*> inspectors;
    for (const auto& inspector : inspectors_) inspectors.push_back(inspector.get());
    items_ = std::make_unique<ItemWorker>(options_, std::move(inspectors), around_, display, tally);
    threads_.emplace_back([this] {
      work_off();
      items_->close_live();  // the next configuration's cameras may be the same devices
    });
  } else {
    for (std::size_t i = 0; i < options_.cameras.size(); ++i) {
      streams_.push_back(
          std::make_unique<StreamWorker>(options_, i, *inspectors_[i], around_, display, tally));
      threads_.emplace_back([this, worker = streams_.back().get()] {
        watch(*worker);
        worker->close_live();
      });
    }
  }
  for (const auto& source : options_.triggers) {
    auto listening = source([this](const Trigger& asked) {
      if (auto taken = trigger(asked, {}); !taken) {
        spdlog::warn("station {}: a trigger by {} was refused: {}", options_.name, asked.by,
                     taken.error().message);
      }
    });
    if (listening) {
      sources_.push_back(std::move(*listening));
    } else {
      spdlog::error("station {}: {}", options_.name, listening.error().message);
    }
  }
}

Station::~Station() {
  stop();
}

void Station::stop() {
  std::vector<std::shared_ptr<void>> sources;
  std::vector<std::thread> threads;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    sources.swap(sources_);
    threads.swap(threads_);
  }
  sources.clear();
  changed_.notify_all();
  interrupt();
  for (auto& thread : threads) thread.join();
  const std::unique_lock no_attempts(engine_use_);
}

void Station::interrupt() {
  if (items_ != nullptr) items_->interrupt();
  for (const auto& stream : streams_) stream->interrupt();
}

base::Result<std::string> Station::trigger(const Trigger& asked,
                                           const std::map<std::string, std::string>& images) {
  if (options_.mode == Mode::stream) {
    return base::fail(ErrorCode::unsupported,
                      "station {} judges every frame of its cameras; it takes no triggers",
                      options_.name);
  }
  if (!enabled()) {
    return base::fail(ErrorCode::unsupported, "station {} is not active", options_.name);
  }
  for (const auto& [camera, file] : images) {
    const bool known = std::ranges::any_of(
        options_.cameras, [&, name = camera](const auto& one) { return one.name == name; });
    if (!known) {
      return base::fail(ErrorCode::invalid, "station {} has no camera {}", options_.name, camera);
    }
  }
  Accepted accepted;
  accepted.id = new_item_id();
  accepted.station = options_.name;
  accepted.configuration = options_.digest;
  accepted.trigger = asked;
  accepted.received = around_.wall();
  accepted.at = around_.clock.now();
  const auto taken = [&]() -> base::Status {
    for (const auto& [camera, file] : images) {
      auto kept = around_.queue.images().keep(accepted.id, camera, file);
      if (!kept) return kept;
    }
    return around_.queue.accept(accepted, options_.queue);
  }();
  if (!taken) {
    around_.queue.images().forget(accepted.id);
    return tl::unexpected(taken.error());
  }
  wake();
  return accepted.id;
}

void Station::wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++triggers_;
  }
  changed_.notify_all();
}

base::Result<Item> Station::attempt(const std::string& camera, std::string file) {
  const std::shared_lock in_use(engine_use_);
  {
    const std::scoped_lock lock(mutex_);
    if (ending_) {
      return base::fail(ErrorCode::unavailable, "the configuration is being changed; try again");
    }
  }
  for (std::size_t i = 0; i < options_.cameras.size(); ++i) {
    if (!camera.empty() && options_.cameras[i].name != camera) continue;
    auto sample = sample_of("image", std::move(file), around_.clock.now());
    if (!sample) return tl::unexpected(sample.error());
    return inspect_once(options_, i, *inspectors_[i], std::move(*sample), around_.clock,
                        around_.wall);
  }
  return base::fail(ErrorCode::not_found, "station {} has no camera {}", options_.name, camera);
}

void Station::set_enabled(bool enabled) {
  {
    const std::scoped_lock lock(mutex_);
    enabled_ = enabled;
  }
  changed_.notify_all();
}

bool Station::enabled() const {
  const std::scoped_lock lock(mutex_);
  return enabled_;
}

std::optional<Item> Station::current(const std::string& id) const {
  return items_ != nullptr ? items_->current(id) : std::nullopt;
}

void Station::complain(const base::Error& error, std::string& last) const {
  if (std::exchange(last, error.message) == error.message) return;
  spdlog::warn("station {}: {} (not repeated while it stays so)", options_.name, error.message);
}

bool Station::pause(base::Duration time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return ending_; });
  return !ending_;
}

bool Station::ending() const {
  const std::scoped_lock lock(mutex_);
  return ending_;
}

void Station::work_off() {
  std::string last_error;
  Timer timer(options_.every, around_.clock.now());
  for (;;) {
    std::uint64_t seen = 0;
    {
      const std::scoped_lock lock(mutex_);
      if (ending_) return;
      seen = triggers_;
    }
    if (enabled() && timer.due(around_.clock.now())) {
      if (auto taken = trigger(Trigger{.by = "timer"}, {}); !taken) {
        complain(taken.error(), last_error);
      }
    }
    const auto worked = items_->step();
    if (!worked) {
      complain(worked.error(), last_error);
      if (!pause(kRetry)) return;
      continue;
    }
    if (*worked) continue;
    const bool was_enabled = enabled();
    if (!was_enabled) items_->close_live();
    std::unique_lock lock(mutex_);
    const auto news = [&] { return ending_ || triggers_ != seen || enabled_ != was_enabled; };
    if (was_enabled && timer.next() != base::kNever) {
      changed_.wait_for(lock, std::max(timer.next() - around_.clock.now(), base::Duration{0}),
                        news);
    } else {
      changed_.wait(lock, news);
    }
  }
}

void Station::watch(StreamWorker& worker) {
  std::string last_error;
  for (;;) {
    if (!enabled()) worker.close_live();
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || enabled_; });
      if (ending_) return;
    }
    const auto more = worker.step(kFrameWait);
    if (!more) {
      if (ending()) return;  // it was interrupted
      complain(more.error(), last_error);
      if (!pause(kRetry)) return;
    } else if (!*more) {
      spdlog::info("station {}: a source has ended", options_.name);
      return;
    } else {
      last_error.clear();
    }
  }
}

}  // namespace sluice::station
