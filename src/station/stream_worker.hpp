// Judges every frame of one camera of a stream station, and raises events.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "rules/camera.hpp"
#include "rules/temporal.hpp"
#include "station/display.hpp"
#include "station/inspector.hpp"
#include "station/item.hpp"
#include "station/item_worker.hpp"
#include "station/options.hpp"
#include "station/tally.hpp"

namespace sluice::station {

/// PARAMETERS AND BEHAVIOUR
/// One frame at a time. A frame whose graph ended within the budget since its capture is on time,
/// one that took longer late; one of which an inference was dropped is dropped for that reason, and
/// one with another failure as "failed". Frames that the camera had and never gave are in the
/// accounts, too: "replaced" by a newer one, or "lost" (broken, or its buffer was full). When the
/// temporal rule raises or clears an event, the frame is kept, recorded as an item and given to the
/// actions. From then on the event survives a crash: its actions are told once, and its record is
/// kept as soon as its store takes it. While an event cannot be written to the state's file no
/// frame is judged.
///
/// THREADS: step() on one thread; interrupt() on any.
class StreamWorker {
 public:
  /// `camera`: index in the options. Everything passed by reference outlives the worker.
  StreamWorker(const StationOptions& options, std::size_t camera, Inspector& inspector,
               const Surroundings& around, Display& display, Tally& tally);

  /// Takes and judges the next frame; waits for it, at most `timeout`. False: there are no more.
  /// Errors: there was none (the camera is away, or nothing came); an event that cannot be written,
  /// which the next step tries again; one that cannot be recorded yet, which the actions are told
  /// of none the less.
  base::Result<bool> step(base::Duration timeout);

  void interrupt();

  /// Closes the camera if it is a device that others may want; the next step opens it again. Not
  /// while a step is under way.
  void close_live();

 private:
  [[nodiscard]] bool interrupted() const;
  base::Result<std::shared_ptr<camera::Camera>> camera();
  void account(const Findings& findings, base::Time captured);
  void account_missed(const camera::Statistics& now);
  base::Status raise(const camera::Sample& sample, Findings findings, rules::CameraVerdict verdict,
                     const rules::TemporalRule::Result& event);
  base::Status tell();
  base::Status record_events();

  const StationOptions& options_;
  const CameraOptions& source_;
  Inspector& inspector_;
  const Surroundings around_;
  Display& display_;
  Tally& tally_;
  rules::CameraJudge judge_;
  rules::TemporalRule temporal_;
  camera::Statistics counted_;  ///< of the camera, as far as it is in the accounts
  /// An event that is not written yet.
  struct Untold {
    store::Record record;
    action::Event event;
    std::vector<std::string> actions;
  };
  std::optional<Untold> untold_;
  /// When events whose records are not kept are looked for. First: those of a process before.
  base::Time record_again_{};
  mutable std::mutex mutex_;  ///< guards the below
  std::shared_ptr<camera::Camera> camera_;
  bool interrupted_ = false;
};

}  // namespace sluice::station
