// One item's way through the graph, as a state machine.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "graph/crop.hpp"
#include "graph/plan.hpp"
#include "graph/result.hpp"

namespace sluice::graph {

/// What an item brings along.
struct Item {
  ImageSize image;
  /// When the whole item should have ended; split by step_deadlines(). Unset: each inference has
  /// its task's latency budget, from when its step is ready.
  std::optional<base::Time> deadline;
  /// See step_deadlines(). Empty: nothing is known, and every step has the item's deadline.
  std::vector<base::Duration> predicted;
};

/// One look of a step's model at the image: to be submitted, and answered by finished().
struct Inference {
  std::size_t id = 0;    ///< counts the item's inferences from 0
  std::size_t step = 0;  ///< index in Plan::steps()
  vision::Box region;    ///< on the full image, its edges on whole pixels, never empty
  std::string parent;    ///< id of the object it is a crop of; empty: the full image
  base::Time ready{};    ///< when its step became ready
  std::optional<base::Time> deadline;
};

/// Where an inference's time went.
struct InferenceTiming {
  base::Duration queued{0};
  base::Duration compute{0};
  std::optional<Drop> dropped{};  ///< set: it never ran
};

/// PARAMETERS AND BEHAVIOUR
/// Told of the item's image and of every answer, it says which inferences come next. A step waits
/// until all of its parents have ended; then its inferences come all at once, so that they can
/// share batches. A step ends with its last inference.
///
/// OBJECTS: boxes are in pixels of the full image, whatever crop they were found on. What was
/// found on a crop without a box of its own (a class, a text) gets the crop as its box. Ids are
/// "<step>-<n>", n from 1 in the order of the crops, and do not depend on which answer came first.
///
/// SKIPPED: a step is skipped when all of its parents were, when a condition does not hold, or
/// when it looks at crops and there are none. A skipped parent counts as one that found nothing.
///
/// FAILED: one inference that fails makes its step fail, as an incomplete answer must not pass for
/// a complete one; a step with a parent that failed fails, too. Nothing else does: other branches
/// go on, and the objects found are kept.
///
/// Pure: no threads, no clock; times are parameters and must not go back. Not thread-safe.
class Execution {
 public:
  /// Errors (invalid): an image without pixels; predicted times that are not one per step, or not
  /// between zero and one day.
  static base::Result<Execution> create(std::shared_ptr<const Plan> plan, Item item);

  /// The inferences of the steps without parents. Call once, before finished().
  std::vector<Inference> start(base::Time now);

  /// Answers an inference that was given out, once: with what was found (boxes in pixels of its
  /// region; id, parent and step are filled in here), or why it failed. Returns the inferences of
  /// the steps that this makes ready, those of one step together.
  std::vector<Inference> finished(std::size_t inference,
                                  base::Result<std::vector<vision::Object>> found,
                                  const InferenceTiming& timing, base::Time now);

  /// Every step has ended.
  [[nodiscard]] bool ended() const { return unended_ == 0; }
  /// In the order of the plan.
  [[nodiscard]] const std::vector<StepResult>& steps() const { return results_; }

 private:
  /// An inference that was given out.
  struct Look {
    std::size_t step = 0;
    vision::Box region;
    std::string parent;
    std::vector<vision::Object> found;
    std::optional<std::string> error;  ///< why it failed
  };
  /// What a step's result does not tell.
  struct Progress {
    std::size_t first = 0;               ///< its first inference; the others follow
    std::size_t unanswered = 0;          ///< of its inferences
    std::optional<std::size_t> culprit;  ///< failed with a parent: the step where it began
  };

  Execution(std::shared_ptr<const Plan> plan, Item item);
  void begin_ready(base::Time now, std::vector<Inference>& next);
  void begin(std::size_t step, base::Time now, std::vector<Inference>& next);
  void submit(std::size_t step, std::vector<Crop> crops, base::Time now,
              std::vector<Inference>& next);
  [[nodiscard]] bool parents_ended(std::size_t step) const;
  void fail_after(std::size_t step, std::size_t parent, base::Time now);
  [[nodiscard]] std::string why_skip(std::size_t step) const;
  [[nodiscard]] std::vector<vision::Object> parents_objects(std::size_t step) const;
  void conclude(std::size_t step, base::Time now);
  void end(std::size_t step, StepState state, std::string reason, base::Time now);

  std::shared_ptr<const Plan> plan_;
  ImageSize image_;
  std::vector<base::Time> deadlines_;  ///< per step; empty: the item has none
  std::vector<StepResult> results_;
  std::vector<Progress> progress_;
  std::vector<Look> looks_;  ///< by inference
  std::size_t unended_;
};

}  // namespace sluice::graph
