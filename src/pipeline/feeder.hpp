// Submits the frames of several sources when they are due. No thread and no clock of its own:
// SourceRunner drives it on real time, a test by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "pipeline/source.hpp"
#include "schedule/types.hpp"

namespace sluice::pipeline {

/// Takes what sources give: the engine (see EngineFeed), or a test.
class FrameConsumer {
 public:
  virtual ~FrameConsumer() = default;
  /// Error: the frame is refused.
  virtual base::Status submit(const schedule::Submission& submission, Frame frame) = 0;
  /// The task's next request is expected at `at`; kNever: there are no more.
  virtual void announce(schedule::TaskId task, base::Time at) = 0;
  /// A frame due at `due` was lost: its source could not make it, or submit() refused it.
  virtual void lost(schedule::TaskId task, base::Time due, const base::Error& error) = 0;
};

struct FeederOptions {
  /// Frames due at this time after the start or later are not submitted.
  base::Duration duration = base::kForever;
  /// End after this many frames of all sources together, lost ones included; 0: no limit.
  std::uint64_t frames = 0;
};

/// A source and the task that gets its frames.
struct TaskSource {
  schedule::TaskId task = 0;
  std::unique_ptr<Source> source;
};

/// What became of a source's frames.
struct FeedCounts {
  std::uint64_t submitted = 0;
  std::uint64_t failed = 0;   ///< the source could not make it
  std::uint64_t refused = 0;  ///< the consumer did not take it
};

/// Not thread-safe.
class Feeder {
 public:
  /// The run starts at `start`: announces the first frame of every periodic source. `consumer`
  /// must outlive the feeder.
  Feeder(const FeederOptions& options, std::vector<TaskSource> sources, FrameConsumer& consumer,
         base::Time start);

  /// When the next frame is due; kNever: the feed has ended (all sources ended, the duration is
  /// over, or all frames were given).
  [[nodiscard]] base::Time next_due() const;

  /// Submits the frame that is due first, if it is due by `now`: its arrival is its due time,
  /// however late this call is. Frames due at the same time go in the order of the sources.
  void step(base::Time now);

  /// Submits nothing more, and takes announcements back.
  void end();

  /// Per source, in the order given.
  [[nodiscard]] const std::vector<FeedCounts>& counts() const { return counts_; }

 private:
  /// Index of the source whose frame is due first; nullopt: the feed has ended.
  [[nodiscard]] std::optional<std::size_t> first() const;
  void look_ahead(std::size_t index);
  void hand_over(std::size_t index, base::Time due, Frame frame);

  FeederOptions options_;
  std::vector<TaskSource> sources_;
  FrameConsumer& consumer_;
  base::Time start_;
  std::vector<base::Time> due_;  ///< per source; kNever: ended
  std::vector<bool> announced_;  ///< per source: an announcement stands
  std::vector<FeedCounts> counts_;
  std::uint64_t frames_ = 0;
};

}  // namespace sluice::pipeline
