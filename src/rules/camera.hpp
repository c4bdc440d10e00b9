// The rules of one camera and their common verdict.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "rules/camera_rule.hpp"
#include "rules/combine.hpp"
#include "rules/evaluate.hpp"
#include "rules/line_counter.hpp"

namespace sluice::rules {

enum class Combination : std::uint8_t {
  all,  ///< OK if every rule says OK
  any,  ///< OK if one rule says OK
};

struct CameraOptions {
  std::vector<CameraRule> rules;  ///< at least one
  Combination combine = Combination::all;
  NoDecision no_decision = NoDecision::keep;
};

/// Checks the rules against the camera's steps, and that no name is used twice. Errors (invalid)
/// name the rule.
base::Status check(const CameraOptions& options, std::span<const StepLabels> steps);

struct CameraVerdict {
  /// The combined decision; rule, reason and objects are those of the rules behind it.
  Verdict verdict;
  std::vector<Verdict> rules;  ///< of each rule, in their order
};

/// Judges the frames of one stream, or one item. Not thread-safe.
class CameraJudge {
 public:
  /// The options have passed check().
  explicit CameraJudge(CameraOptions options);

  /// Frames come in the order of their time: line_crossing remembers.
  CameraVerdict judge(const Frame& frame);

 private:
  CameraOptions options_;
  std::vector<LineCounter> lines_;  ///< one for each rule
};

}  // namespace sluice::rules
