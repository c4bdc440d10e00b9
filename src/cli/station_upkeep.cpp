#include "cli/station_upkeep.hpp"

#include <chrono>

#include <spdlog/spdlog.h>

#include "station/item.hpp"
#include "store/memory_blob_store.hpp"

namespace sluice::cli {
namespace {

/// Between looks at whether something is due.
constexpr std::chrono::seconds kIdle(10);

std::optional<std::chrono::milliseconds> limit(base::Duration time) {
  if (time == base::kForever) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(time);
}

}  // namespace

StationUpkeep::~StationUpkeep() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StationUpkeep::add(const config::RetentionConfig& retention,
                        const station::StationOptions& station) {
  store::RetentionOptions options;
  options.age = limit(retention.age);
  options.ko_age = limit(retention.ko_age);
  if (retention.bytes > 0) options.bytes = retention.bytes;
  if (!options.age && !options.ko_age && !options.bytes) return;
  Kept kept;
  kept.images =
      station.images != nullptr ? station.images : std::make_shared<store::MemoryBlobStore>();
  kept.records = station.records;
  kept.retention = std::make_unique<store::Retention>(
      options, *kept.records, *kept.images, [name = station.name](const store::Record& record) {
        // Other stations' items in the same store have limits of their own.
        return store::Retention::Item{
            fmt::format("{}/{}/{}", record.station, station::to_string(record.time).substr(0, 10),
                        record.id),
            record.station == name && record.state == station::to_string(station::Stage::done)};
      });
  kept_.push_back(std::move(kept));
}

void StationUpkeep::start() {
  if (!kept_.empty()) thread_ = std::thread([this] { run(); });
}

void StationUpkeep::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    bool more = false;
    for (const auto& kept : kept_) {
      const auto now =
          std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
      const auto stepped = kept.retention->step(now);
      if (!stepped) spdlog::warn("retention: {}", stepped.error().message);
      more = more || (stepped && *stepped);
    }
    lock.lock();
    if (!more) changed_.wait_for(lock, kIdle, [this] { return ending_; });
  }
}

}  // namespace sluice::cli
