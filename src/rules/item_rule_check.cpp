#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "rules/item_rule.hpp"

namespace sluice::rules {
namespace {

using base::ErrorCode;
using base::Status;

using Cameras = std::span<const std::string>;

Status check_threshold(int threshold, Cameras cameras) {
  if (threshold >= 1 && static_cast<std::size_t>(threshold) <= cameras.size()) return {};
  return base::fail(ErrorCode::invalid,
                    "threshold is {}, not within 1..{}, the number of cameras with rules",
                    threshold, cameras.size());
}

Status check_share(double threshold) {
  if (threshold >= 0 && threshold <= 1) return {};
  return base::fail(ErrorCode::invalid, "threshold is {}, not within 0..1", threshold);
}

Status check_expected(Decision expected) {
  if (expected != Decision::no_decision) return {};
  return base::fail(ErrorCode::invalid, "expected is NO_DECISION, but must be OK or KO");
}

Status check_camera(const std::string& camera, Cameras cameras) {
  if (std::ranges::find(cameras, camera) != cameras.end()) return {};
  return base::fail(ErrorCode::invalid, "unknown camera '{}'{}", camera,
                    base::suggestion(camera, "cameras with rules", cameras));
}

Status check_item_test(const MinThresholdKo& test, Cameras cameras) {
  return check_threshold(test.threshold, cameras);
}

Status check_item_test(const MinThreshold& test, Cameras cameras) {
  if (auto ok = check_expected(test.expected); !ok) return ok;
  return check_threshold(test.threshold, cameras);
}

Status check_item_test(const MinThresholdRatio& test, Cameras) {
  if (auto ok = check_expected(test.expected); !ok) return ok;
  return check_share(test.threshold);
}

Status check_item_test(const AllCameras& test, Cameras) {
  return check_expected(test.expected);
}

Status check_item_test(const AnyCamera& test, Cameras) {
  return check_expected(test.expected);
}

Status check_item_test(const Weighted& test, Cameras cameras) {
  for (const auto& [camera, weight] : test.weights) {
    if (auto ok = check_camera(camera, cameras); !ok) return ok;
    if (!(weight >= 0) || std::isinf(weight)) {
      return base::fail(ErrorCode::invalid,
                        "the weight of camera '{}' is {}, but must be a number from 0 up", camera,
                        weight);
    }
  }
  const bool weightless = std::ranges::all_of(cameras, [&](const std::string& camera) {
    const auto weight = test.weights.find(camera);
    return weight != test.weights.end() && weight->second == 0;
  });
  if (weightless) return base::fail(ErrorCode::invalid, "no camera has a weight above 0");
  return check_share(test.threshold);
}

Status check_item_test(const PerCamera& test, Cameras cameras) {
  if (test.expected.empty()) {
    return base::fail(ErrorCode::invalid, "expected is empty; name at least one camera");
  }
  for (const auto& [camera, expected] : test.expected) {
    if (auto ok = check_camera(camera, cameras); !ok) return ok;
    if (auto ok = check_expected(expected); !ok) return ok;
  }
  return {};
}

}  // namespace

base::Status check(const ItemRule& rule, std::span<const std::string> cameras) {
  return std::visit([cameras](const auto& test) { return check_item_test(test, cameras); },
                    rule.test)
      .map_error([&](const base::Error& error) {
        return base::with_context(fmt::format("item rule '{}'", name(rule)), error);
      });
}

}  // namespace sluice::rules
