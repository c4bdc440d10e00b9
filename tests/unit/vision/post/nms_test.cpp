#include "vision/post/nms.hpp"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/vision/post/tensors.hpp"

namespace sluice::vision::post {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Nms, KeepsTheBestOfBoxesThatOverlap) {
  // The second overlaps the first by 81/119 = 0.68, the third the second only.
  const Detection first{{0, 0, 10, 10}, 0.9F, 0};
  const Detection second{{1, 1, 11, 11}, 0.8F, 0};
  const Detection third{{8, 8, 14, 14}, 0.7F, 0};
  EXPECT_THAT(nms({third, second, first}, {}), ElementsAre(first, third));
}

TEST(Nms, ComparesBoxesOfOneClass) {
  const Detection cat{{0, 0, 10, 10}, 0.9F, 0};
  const Detection dog{{0, 0, 10, 10}, 0.8F, 1};
  EXPECT_THAT(nms({cat, dog}, {}), ElementsAre(cat, dog));
  EXPECT_THAT(nms({cat, dog}, {.class_aware = false}), ElementsAre(cat));
}

TEST(Nms, KeepsBoxesAtTheThreshold) {
  // 5 of 15 square pixels are common.
  const Detection first{{0, 0, 2, 5}, 0.9F, 0};
  const Detection second{{1, 0, 3, 5}, 0.8F, 0};
  EXPECT_THAT(nms({first, second}, {.iou_threshold = 1.0 / 3}), ElementsAre(first, second));
  EXPECT_THAT(nms({first, second}, {.iou_threshold = 0.33}), ElementsAre(first));
}

TEST(Nms, KeepsTheOrderOfEqualScores) {
  const Detection first{{0, 0, 1, 1}, 0.5F, 0};
  const Detection second{{2, 0, 3, 1}, 0.5F, 0};
  const Detection twin{{0, 0, 1, 1}, 0.5F, 0};
  EXPECT_THAT(nms({first, second, twin}, {}), ElementsAre(first, second));
  EXPECT_THAT(nms({second, twin, first}, {}), ElementsAre(second, first));
}

TEST(Nms, KeepsNoMoreThanItMay) {
  const Detection low{{0, 0, 1, 1}, 0.1F, 0};
  const Detection high{{2, 0, 3, 1}, 0.9F, 0};
  const Detection middle{{4, 0, 5, 1}, 0.5F, 0};
  EXPECT_THAT(nms({low, high, middle}, {.max_detections = 2}), ElementsAre(high, middle));
  EXPECT_TRUE(nms({}, {}).empty());
}

TEST(NmsOptions, NameTheValueThatIsWrong) {
  EXPECT_TRUE(check(NmsOptions{}));
  EXPECT_THAT(refusal_of(check(NmsOptions{.iou_threshold = 1.5})),
              HasSubstr("iou_threshold is 1.5, not within 0..1"));
  EXPECT_THAT(
      refusal_of(check(NmsOptions{.iou_threshold = std::numeric_limits<double>::quiet_NaN()})),
      HasSubstr("iou_threshold is nan"));
  for (const int wrong : {0, kMaxDetections + 1}) {
    EXPECT_THAT(refusal_of(check(NmsOptions{.max_detections = wrong})),
                HasSubstr("max_detections is"));
  }
}

/// Boxes on a small grid, so that many overlap, with scores of which many are equal.
std::vector<Detection> any_detections() {
  const auto number = [](int most) { return *rc::gen::inRange(0, most); };
  std::vector<Detection> detections(static_cast<std::size_t>(number(30)));
  for (Detection& detection : detections) {
    const auto x = static_cast<float>(number(8));
    const auto y = static_cast<float>(number(8));
    detection.box = {x, y, x + 1 + static_cast<float>(number(5)),
                     y + 1 + static_cast<float>(number(5))};
    detection.score = static_cast<float>(number(6)) / 5;
    detection.label_index = static_cast<std::size_t>(number(3));
  }
  return detections;
}

NmsOptions any_nms_options() {
  NmsOptions options;
  options.iou_threshold = *rc::gen::inRange(0, 11) / 10.0;
  options.class_aware = *rc::gen::arbitrary<bool>();
  options.max_detections = *rc::gen::element(1, 5, 300);
  return options;
}

bool suppress_each_other(const Detection& a, const Detection& b, const NmsOptions& options) {
  return (!options.class_aware || a.label_index == b.label_index) &&
         intersection_over_union(a.box, b.box) > options.iou_threshold;
}

RC_GTEST_PROP(NmsProperty, AppliedAgainChangesNothing, ()) {
  const NmsOptions options = any_nms_options();
  const auto once = nms(any_detections(), options);
  RC_ASSERT(nms(once, options) == once);
}

RC_GTEST_PROP(NmsProperty, KeepsTheBestAndNoTwoThatOverlap, ()) {
  const auto detections = any_detections();
  const NmsOptions options = any_nms_options();
  const auto kept = nms(detections, options);
  RC_ASSERT(kept.empty() == detections.empty());
  RC_ASSERT(std::ranges::is_sorted(kept, std::ranges::greater{}, &Detection::score));
  if (!kept.empty()) {
    RC_ASSERT(kept.front() == *std::ranges::max_element(detections, {}, &Detection::score));
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (std::size_t j = i + 1; j < kept.size(); ++j) {
      RC_ASSERT(!suppress_each_other(kept[i], kept[j], options));
    }
  }
}

// What is missing has a reason: a better box that was kept, or there were enough.
RC_GTEST_PROP(NmsProperty, DropsNothingWithoutAReason, ()) {
  const auto detections = any_detections();
  const NmsOptions options = any_nms_options();
  const auto kept = nms(detections, options);
  RC_ASSERT(kept.size() <= static_cast<std::size_t>(options.max_detections));
  for (const Detection& detection : detections) {
    if (std::ranges::find(kept, detection) != kept.end()) continue;
    const bool suppressed = std::ranges::any_of(kept, [&](const Detection& better) {
      return better.score >= detection.score && suppress_each_other(better, detection, options);
    });
    const bool enough = kept.size() == static_cast<std::size_t>(options.max_detections) &&
                        kept.back().score >= detection.score;
    RC_ASSERT(suppressed || enough);
  }
}

}  // namespace
}  // namespace sluice::vision::post
