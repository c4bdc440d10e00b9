// Applies one rule to what one camera's steps found.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "base/time.hpp"
#include "rules/camera_rule.hpp"
#include "rules/line_counter.hpp"
#include "vision/object.hpp"

namespace sluice::rules {

struct FailedStep {
  std::string step;
  std::string error;
};

/// What there is to judge: one camera's part of an item, or one frame of a stream. Does not own.
struct Frame {
  std::span<const vision::Object> objects;  ///< of all steps, in the order they were found
  std::span<const FailedStep> failed;
  base::Time time{};            ///< when it was captured
  std::chrono::sys_days today;  ///< the calendar's date at the station, for date_not_past
};

/// The rule's verdict on the frame. NO_DECISION when a step that the rule looks at failed.
/// Depends on its arguments alone; `lines` is what a line_crossing rule remembers from frame to
/// frame (a new one for each rule and stream), and untouched by others. The rule has passed
/// check().
Verdict evaluate(const CameraRule& rule, const Frame& frame, LineCounter& lines);

}  // namespace sluice::rules
