// What became of an item's steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "schedule/types.hpp"
#include "vision/object.hpp"

namespace sluice::graph {

enum class StepState : std::uint8_t {
  waiting,  ///< for its parents
  running,
  done,
  skipped,  ///< a condition does not hold, or there is nothing to look at
  failed,   ///< an inference failed, or a parent did
};
const char* to_string(StepState state);

/// An inference that was dropped.
struct Drop {
  schedule::DropReason reason{};
  std::string decision;  ///< its name, for its story; see runtime::decision_name()
};

/// One step of one item.
struct StepResult {
  StepState state = StepState::waiting;
  /// Skipped or failed: why, in a sentence.
  std::string reason;
  /// Found by the inferences that succeeded, in the order of the crops, whatever the state.
  std::vector<vision::Object> objects;
  std::size_t inferences = 0;
  /// Objects of its parents that its crop options leave out.
  std::size_t passed_over = 0;
  /// When its parents had ended (without: when the item began), and when it ended itself. Not set
  /// while it has not come so far.
  base::Time ready{};
  base::Time ended{};
  /// The longest time of an inference from `ready` to the start of its batch (its input is made in
  /// that time, too), and the longest batch.
  base::Duration queued{0};
  base::Duration compute{0};
  /// The first inference that was dropped; unset: none was.
  std::optional<Drop> dropped;
};

}  // namespace sluice::graph
