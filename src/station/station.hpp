// A station at work on an engine: its threads.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "runtime/engine.hpp"
#include "station/inspector.hpp"
#include "station/item_worker.hpp"
#include "station/options.hpp"
#include "station/stream_worker.hpp"

namespace sluice::station {

/// PARAMETERS AND BEHAVIOUR
/// One thread works off the triggers (item mode), or one per camera judges its frames (stream).
/// A station that is not enabled takes no triggers and frames; what it had accepted goes on.
///
/// THREADS: thread-safe.
class Station {
 public:
  /// `plans`: one per camera, in the order of the options. References outlive the station.
  Station(StationOptions options, std::vector<InspectionPlan> plans, const Surroundings& around,
          Display& display, Tally& tally, graph::Executor executor, runtime::Engine& engine,
          bool enabled);
  /// As stop().
  ~Station();
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  /// Accepts a trigger; it survives a crash. `images`: files by camera; empty: the cameras take
  /// them. Returns the item's id. Errors: invalid (an unknown camera), unsupported (a stream
  /// station; not enabled), unavailable (the queue or the disk is full), io.
  base::Result<std::string> trigger(const Trigger& trigger,
                                    const std::map<std::string, std::string>& images);

  /// A trigger of the station may have come into the queue.
  void wake();

  /// Inference and decision on one image; nothing is kept. `camera` empty: the first. Blocks.
  /// Errors: not_found (the camera), invalid (not an image).
  base::Result<Item> attempt(const std::string& camera, std::string file);

  /// Lets the item or frame in hand end, and takes no further one; triggers wait for the next
  /// station of the name. The engine is not used afterwards.
  void stop();

  void set_enabled(bool enabled);
  [[nodiscard]] bool enabled() const;
  /// The item, if it is being worked on.
  [[nodiscard]] std::optional<Item> current(const std::string& id) const;
  [[nodiscard]] const StationOptions& options() const { return options_; }

 private:
  void work_off();
  void watch(StreamWorker& worker);
  void interrupt();
  /// Waits at most `time` for an end or a change; false: it ends.
  bool pause(base::Duration time);
  [[nodiscard]] bool ending() const;
  void complain(const base::Error& error, std::string& last) const;

  const StationOptions options_;
  const Surroundings around_;
  std::vector<std::unique_ptr<Inspector>> inspectors_;
  std::unique_ptr<ItemWorker> items_;                   ///< item mode
  std::vector<std::unique_ptr<StreamWorker>> streams_;  ///< stream mode, one per camera
  std::shared_mutex engine_use_;  ///< shared by attempts; alone: the engine may go
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool enabled_;
  bool ending_ = false;
  std::uint64_t triggers_ = 0;                  ///< counts what work_off() waits for
  std::vector<std::shared_ptr<void>> sources_;  ///< of triggers
  std::vector<std::thread> threads_;
};

}  // namespace sluice::station
