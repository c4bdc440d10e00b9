#include "vision/post/ssd.hpp"

#include <cmath>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/vision/post/tensors.hpp"

namespace sluice::vision::post {
namespace {

using tensor::DType;
using tensor::Shape;
using tensor::Tensor;
using tensor::TensorInfo;
using testing::HasSubstr;

/// TensorFlow's: classes from 1, in an output of their own.
SsdOptions four_outputs() {
  SsdOptions options;
  options.boxes = "boxes";
  options.scores = "scores";
  options.classes = "classes";
  options.count = "count";
  options.class_offset = 1;
  options.labels = {"cat", "dog"};
  return options;
}

std::vector<Tensor> ssd_outputs(const std::vector<float>& boxes, const std::vector<float>& scores,
                                const std::vector<float>& classes, float count) {
  const auto rows = static_cast<std::int64_t>(scores.size());
  return {fp32("count", {1}, {count}), fp32("classes", {1, rows}, classes),
          fp32("scores", {1, rows}, scores), fp32("boxes", {1, rows, 4}, boxes)};
}

const std::vector<Tensor> kTwoBoxes =
    ssd_outputs({0.25F, 0.5F, 0.75F, 1, 0, 0, 0.5F, 0.25F}, {0.6F, 0.9F}, {2, 1}, 2);

// 200x100 stretched to 50x50.
constexpr Transform kStretched{200, 100, 50, 50, 50, 50, 0, 0};

std::vector<Object> ssd_objects(const SsdOptions& options, const std::vector<Tensor>& outputs,
                                const Transform& place = kStretched) {
  const auto objects = decode(options, outputs, place);
  EXPECT_TRUE(objects) << objects.error().message;
  return objects.value_or(std::vector<Object>{});
}

std::string ssd_refusal(const SsdOptions& options, const std::vector<Tensor>& outputs) {
  return refusal_of(decode(options, outputs, kStretched));
}

TEST(Ssd, ReadsTopLeftBottomRightOfZeroToOne) {
  const auto objects = ssd_objects(four_outputs(), kTwoBoxes);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0].label, "cat");
  EXPECT_EQ(objects[0].label_index, 0);
  EXPECT_EQ(objects[0].score, 0.9F);
  EXPECT_EQ(objects[0].box, (Box{0, 0, 50, 50}));
  EXPECT_EQ(objects[1].label, "dog");
  EXPECT_EQ(objects[1].box, (Box{100, 25, 200, 75}));
}

TEST(Ssd, ReadsLeftTopRightBottomToo) {
  auto options = four_outputs();
  options.order = BoxOrder::xyxy;
  EXPECT_EQ(ssd_objects(options, kTwoBoxes)[1].box, (Box{50, 50, 150, 100}));
}

TEST(Ssd, ReadsPixelsOfTheModelsInput) {
  auto options = four_outputs();
  options.unit = BoxUnit::pixels;
  const auto objects = ssd_objects(options, ssd_outputs({10, 20, 30, 40}, {0.9F}, {1}, 1));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].box, (Box{80, 20, 160, 60}));
}

TEST(Ssd, LeadsBackThroughTheLetterbox) {
  const Transform place{200, 100, 100, 100, 100, 50, 0, 25};
  const auto outputs = ssd_outputs({0.25F, 0, 0.75F, 1}, {0.9F}, {1}, 1);
  EXPECT_EQ(ssd_objects(four_outputs(), outputs, place)[0].box, (Box{0, 0, 200, 100}));
}

TEST(Ssd, CountsOnlyAsManyBoxesAsTheModelSays) {
  auto outputs = kTwoBoxes;
  outputs[0] = fp32("count", {1}, {1});
  const auto objects = ssd_objects(four_outputs(), outputs);
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].label, "dog");
  auto options = four_outputs();
  options.count = "";
  EXPECT_EQ(ssd_objects(options, outputs).size(), 2U);
}

TEST(Ssd, KeepsWhatReachesTheThreshold) {
  auto options = four_outputs();
  options.score_threshold = 0.9F;
  EXPECT_EQ(ssd_objects(options, kTwoBoxes).size(), 1U);
}

// As PyTorch exports: no batch, whole numbers, pixels.
TEST(Ssd, TakesOutputsWithoutABatchAxis) {
  SsdOptions options;
  options.boxes = "boxes";
  options.scores = "scores";
  options.classes = "labels";
  options.order = BoxOrder::xyxy;
  options.unit = BoxUnit::pixels;
  const std::vector<Tensor> outputs{fp32("boxes", {1, 4}, {1, 2, 3, 4}),
                                    tensor_of<std::int64_t>("labels", DType::int64, {1}, {17}),
                                    fp32("scores", {1}, {0.5F})};
  const auto objects = ssd_objects(options, outputs, same_size(10, 10));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].label, "17");
  EXPECT_EQ(objects[0].box, (Box{1, 2, 3, 4}));
}

/// Scores of a background and two classes for each box.
SsdOptions score_columns() {
  SsdOptions options = four_outputs();
  options.classes = options.count = "";
  options.nms = NmsOptions{};
  return options;
}

TEST(Ssd, TakesTheBestColumnWithoutClasses) {
  const std::vector<Tensor> outputs{
      fp32("boxes", {1, 3, 4}, {0, 0, 0.5F, 0.5F, 0, 0, 0.5F, 0.49F, 0, 0, 1, 1}),
      fp32("scores", {1, 3, 3}, {0.1F, 0.2F, 0.7F, 0.1F, 0.1F, 0.8F, 0.9F, 0.1F, 0})};
  const auto objects = ssd_objects(score_columns(), outputs);
  // The first box is the second's, a little larger; of the third the background is sure.
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].label, "dog");
  EXPECT_EQ(objects[0].score, 0.8F);
}

TEST(Ssd, SuppressesOnlyWhereItIsTold) {
  const auto twice = ssd_outputs({0, 0, 1, 1, 0, 0, 1, 1}, {0.8F, 0.9F}, {1, 1}, 2);
  auto options = four_outputs();
  EXPECT_EQ(ssd_objects(options, twice).size(), 2U);
  options.nms = NmsOptions{};
  const auto objects = ssd_objects(options, twice);
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].score, 0.9F);
}

TEST(Ssd, RefusesAClassWithoutALabel) {
  for (const float number : {0.0F, 3.0F, 1.5F, NAN}) {
    EXPECT_THAT(ssd_refusal(four_outputs(), ssd_outputs({0, 0, 1, 1}, {0.9F}, {number}, 1)),
                HasSubstr("with 2 labels there are 1..2"))
        << number;
  }
  // Of a box that is not told, nobody asks.
  EXPECT_EQ(ssd_refusal(four_outputs(), ssd_outputs({0, 0, 1, 1}, {0.1F}, {0}, 1)), "accepted");
}

TEST(Ssd, RefusesAnImpossibleCount) {
  for (const float count : {-1.0F, 2.0F, 0.5F, NAN}) {
    EXPECT_THAT(ssd_refusal(four_outputs(), ssd_outputs({0, 0, 1, 1}, {0.9F}, {1}, count)),
                HasSubstr("output 'count' counts"));
  }
}

TEST(Ssd, RefusesWhatIsNoNumber) {
  EXPECT_THAT(ssd_refusal(four_outputs(), ssd_outputs({0, 0, 1, 1}, {NAN}, {1}, 1)),
              HasSubstr("output 'scores' holds a score that is not a number"));
  EXPECT_THAT(ssd_refusal(four_outputs(), ssd_outputs({0, 0, 1, NAN}, {0.9F}, {1}, 1)),
              HasSubstr("output 'boxes' holds a box with the edge nan"));
  EXPECT_THAT(ssd_refusal(four_outputs(), ssd_outputs({0, 0, 1, 1}, {9}, {1}, 1)),
              HasSubstr("output 'scores' holds the score 9, which is no probability"));
}

std::vector<TensorInfo> ssd_infos(const Shape& boxes, const Shape& scores, const Shape& classes,
                                  const Shape& count) {
  return {{.name = "boxes", .shape = boxes},
          {.name = "scores", .shape = scores},
          {.name = "classes", .shape = classes},
          {.name = "count", .shape = count}};
}

TEST(Ssd, FitsOutputsOfOneNumberOfBoxes) {
  const auto options = four_outputs();
  EXPECT_TRUE(fit(options, ssd_infos({1, 100, 4}, {1, 100}, {1, 100}, {1})));
  EXPECT_TRUE(fit(options, ssd_infos({-1, 4}, {-1}, {100}, {})));
  EXPECT_TRUE(fit(options, ssd_infos({-1, -1, -1}, {-1, -1}, {-1, -1}, {-1})));
  const auto refused = [&options](const std::vector<TensorInfo>& outputs) {
    return refusal_of(fit(options, outputs));
  };
  EXPECT_EQ(refused(ssd_infos({1, 100, 5}, {1, 100}, {1, 100}, {1})),
            "output 'boxes' has the shape [1,100,5], not [1,-1,4] or [-1,4] (boxes)");
  EXPECT_EQ(refused(ssd_infos({1, 100, 4}, {1, 90}, {1, 90}, {1})),
            "output 'scores' is for 90 boxes and output 'boxes' for 100");
  EXPECT_EQ(refused(ssd_infos({1, 100, 4}, {1, 100, 3}, {1, 100}, {1})),
            "output 'scores' has the shape [1,100,3], not [1,-1] or [-1] (the score of each box)");
  EXPECT_EQ(refused(ssd_infos({1, 100, 4}, {1, 100}, {1, 99}, {1})),
            "output 'classes' is for 99 boxes and output 'boxes' for 100");
  EXPECT_THAT(refused(ssd_infos({1, 100, 4}, {1, 100}, {1, 100}, {2})),
              HasSubstr("output 'count' has the shape [2]"));
  auto missing = options;
  missing.boxes = "bboxes";
  EXPECT_THAT(refusal_of(fit(missing, ssd_infos({1, 9, 4}, {1, 9}, {1, 9}, {1}))),
              HasSubstr("no output 'bboxes'; did you mean \"boxes\"?"));
}

TEST(Ssd, FitsScoresOfTheLabelsAndTheBackground) {
  auto options = score_columns();
  EXPECT_TRUE(fit(options, ssd_infos({1, 100, 4}, {1, 100, 3}, {}, {})));
  EXPECT_THAT(refusal_of(fit(options, ssd_infos({1, 100, 4}, {1, 100, 2}, {}, {}))),
              HasSubstr("output 'scores' has the shape [1,100,2], not [1,-1,3] or [-1,3] (the "
                        "scores of each class: 1 before the 2 labels)"));
  options.labels.clear();
  EXPECT_TRUE(fit(options, ssd_infos({1, 100, 4}, {1, 100, 2}, {}, {})));
  EXPECT_THAT(refusal_of(fit(options, ssd_infos({1, 100, 4}, {1, 100, 1}, {}, {}))),
              HasSubstr("1 classes, of which class_offset 1 leaves none"));
}

TEST(SsdOptions, NameTheValueThatIsWrong) {
  EXPECT_TRUE(check(four_outputs()));
  const auto refused = [](auto spoil) {
    SsdOptions options = four_outputs();
    spoil(options);
    return refusal_of(check(options));
  };
  EXPECT_THAT(refused([](auto& o) { o.boxes = ""; }), HasSubstr("boxes is missing"));
  EXPECT_THAT(refused([](auto& o) { o.scores = ""; }), HasSubstr("scores is missing"));
  EXPECT_THAT(refused([](auto& o) { o.class_offset = 1001; }),
              HasSubstr("class_offset is 1001, not within -1000..1000"));
  EXPECT_EQ(refused([](auto& o) { o.class_offset = -1; }), "accepted");
  EXPECT_THAT(refused([](auto& o) {
                o.class_offset = -1;
                o.classes = "";
              }),
              HasSubstr("class_offset is -1, not within 0..1000 (without classes)"));
  EXPECT_THAT(refused([](auto& o) { o.score_threshold = 2; }), HasSubstr("score_threshold is 2"));
  EXPECT_THAT(refused([](auto& o) { o.nms = NmsOptions{.max_detections = 0}; }),
              HasSubstr("max_detections is 0"));
}

}  // namespace
}  // namespace sluice::vision::post
