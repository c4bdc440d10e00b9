// Removes items that are kept long enough.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "config/station_config.hpp"
#include "station/options.hpp"
#include "store/retention.hpp"

namespace sluice::cli {

/// One thread for the stations of a configuration. Destroying it ends that.
class StationUpkeep {
 public:
  StationUpkeep() = default;
  ~StationUpkeep();
  StationUpkeep(const StationUpkeep&) = delete;
  StationUpkeep& operator=(const StationUpkeep&) = delete;

  /// Before start(). Nothing, where the station keeps everything.
  void add(const config::RetentionConfig& retention, const station::StationOptions& station);
  void start();

 private:
  struct Kept {
    std::shared_ptr<store::BlobStore> images;
    std::shared_ptr<store::RecordStore> records;
    std::unique_ptr<store::Retention> retention;
  };
  void run();

  std::vector<Kept> kept_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace sluice::cli
