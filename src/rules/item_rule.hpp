// From the cameras' decisions to the item's.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "rules/combine.hpp"
#include "rules/verdict.hpp"

namespace sluice::rules {

/// KO if at least `threshold` cameras are KO, else OK.
struct MinThresholdKo {
  int threshold = 1;
};

/// OK if at least `threshold` cameras are `expected`, else KO.
struct MinThreshold {
  Decision expected = Decision::ok;
  int threshold = 1;
};

/// OK if the share of cameras that are `expected` is at least `threshold` (0 to 1), else KO.
/// min_threshold_ok_ratio is this one with OK expected.
struct MinThresholdRatio {
  Decision expected = Decision::ok;
  double threshold = 1;
};

/// OK if every camera is `expected`, else KO.
struct AllCameras {
  Decision expected = Decision::ok;
};

/// OK if one camera is `expected`, else KO.
struct AnyCamera {
  Decision expected = Decision::ok;
};

/// OK if the cameras that are OK have at least the share `threshold` (0 to 1) of the weight of all,
/// else KO.
struct Weighted {
  std::map<std::string, double> weights;  ///< a camera that is not named weighs 1
  double threshold = 0.5;
};

/// OK if each named camera has the decision expected of it, else KO. Others do not matter.
struct PerCamera {
  std::map<std::string, Decision> expected;
};

struct ItemRule {
  std::string name;  ///< in verdicts; empty: its kind
  NoDecision no_decision = NoDecision::propagate;
  std::variant<MinThresholdKo, MinThreshold, MinThresholdRatio, AllCameras, AnyCamera, Weighted,
               PerCamera>
      test;
};

/// "min_threshold_ko", "min_threshold", "min_threshold_ratio", "all", "any", "weighted",
/// "per_camera".
[[nodiscard]] std::string_view kind(const ItemRule& rule);
/// The rule's name, or its kind.
[[nodiscard]] std::string name(const ItemRule& rule);

/// Checks a rule against the station's cameras that have rules. Errors (invalid) name the rule, the
/// value and what it may be; unknown cameras come with the nearest known one.
base::Status check(const ItemRule& rule, std::span<const std::string> cameras);

struct CameraDecision {
  std::string camera;
  Verdict verdict;
};

/// The item's verdict: NO_DECISION without cameras. A camera that the rule names and that is not
/// among the decisions counts as NO_DECISION. Pure; the rule has passed check().
Verdict evaluate(const ItemRule& rule, std::span<const CameraDecision> cameras);

}  // namespace sluice::rules
