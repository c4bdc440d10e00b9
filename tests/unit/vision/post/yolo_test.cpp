#include "vision/post/yolo.hpp"

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

YoloOptions yolo_options(YoloHead head) {
  YoloOptions options;
  options.head = head;
  options.labels = {"cat", "dog"};
  return options;
}

/// Rows of x, y, width, height, (objectness), scores; the v8 head has them as columns.
Tensor yolo_output(YoloHead head, const std::vector<std::vector<float>>& boxes) {
  const std::size_t fields = boxes.at(0).size();
  std::vector<float> values;
  if (head == YoloHead::v5) {
    for (const auto& box : boxes) values.insert(values.end(), box.begin(), box.end());
  } else {
    for (std::size_t field = 0; field < fields; ++field) {
      for (const auto& box : boxes) values.push_back(box[field]);
    }
  }
  const auto rows = static_cast<std::int64_t>(boxes.size());
  const auto columns = static_cast<std::int64_t>(fields);
  return fp32("output0", head == YoloHead::v5 ? Shape{1, rows, columns} : Shape{1, columns, rows},
              values);
}

std::vector<Object> yolo_objects(const YoloOptions& options, const Tensor& output,
                                 const Transform& place) {
  const auto objects = decode(options, std::span(&output, 1), place);
  EXPECT_TRUE(objects) << objects.error().message;
  return objects.value_or(std::vector<Object>{});
}

std::string yolo_refusal(const YoloOptions& options, const Tensor& output) {
  return refusal_of(decode(options, std::span(&output, 1), same_size(100, 100)));
}

TEST(YoloV5, MultipliesObjectnessWithTheBestClass) {
  const auto options = yolo_options(YoloHead::v5);
  const auto output = yolo_output(YoloHead::v5, {{50, 40, 20, 10, 0.5F, 0.25F, 0.75F},
                                                 {10, 10, 20, 20, 0.5F, 0.4F, 0.1F},
                                                 {10, 10, 20, 20, 0.2F, 1, 1}});
  const auto objects = yolo_objects(options, output, same_size(100, 100));
  ASSERT_EQ(objects.size(), 1U);  // of the others, 0.2 each
  EXPECT_EQ(objects[0].label, "dog");
  EXPECT_EQ(objects[0].label_index, 1);
  EXPECT_EQ(objects[0].score, 0.375F);
  EXPECT_EQ(objects[0].box, (Box{40, 35, 60, 45}));
}

// A sigmoid applied to what has been through one makes every score at least a half.
TEST(YoloV5, AppliesNoSecondSigmoid) {
  const auto output = yolo_output(YoloHead::v5, {{50, 40, 20, 10, 0, 0, 0}});
  EXPECT_TRUE(yolo_objects(yolo_options(YoloHead::v5), output, same_size(100, 100)).empty());
}

TEST(YoloV8, TakesTheBestClass) {
  const auto output = yolo_output(
      YoloHead::v8,
      {{50, 40, 20, 10, 0.25F, 0.75F}, {10, 10, 20, 20, 0.875F, 0.1F}, {1, 1, 2, 2, 0, 0}});
  const auto objects = yolo_objects(yolo_options(YoloHead::v8), output, same_size(100, 100));
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0].label, "cat");
  EXPECT_EQ(objects[0].score, 0.875F);
  EXPECT_EQ(objects[0].box, (Box{0, 0, 20, 20}));
  EXPECT_EQ(objects[1].label, "dog");
  EXPECT_EQ(objects[1].box, (Box{40, 35, 60, 45}));
}

TEST(YoloV8, KeepsWhatReachesTheThreshold) {
  YoloOptions options = yolo_options(YoloHead::v8);
  options.score_threshold = 0.75F;
  const auto output =
      yolo_output(YoloHead::v8, {{50, 40, 20, 10, 0, 0.75F}, {9, 9, 2, 2, 0, 0.74F}});
  EXPECT_EQ(yolo_objects(options, output, same_size(100, 100)).size(), 1U);
}

TEST(YoloV8, SuppressesWithinAClass) {
  const auto output = yolo_output(
      YoloHead::v8,
      {{50, 40, 20, 10, 0.9F, 0}, {51, 40, 20, 10, 0.8F, 0}, {50, 40, 20, 10, 0, 0.7F}});
  auto options = yolo_options(YoloHead::v8);
  EXPECT_EQ(yolo_objects(options, output, same_size(100, 100)).size(), 2U);
  options.nms.class_aware = false;
  EXPECT_EQ(yolo_objects(options, output, same_size(100, 100)).size(), 1U);
}

// 200x100 into 100x100: half the size, with 25 rows above.
TEST(YoloV8, LeadsBackThroughTheLetterbox) {
  const Transform place{200, 100, 100, 100, 100, 50, 0, 25};
  const auto output =
      yolo_output(YoloHead::v8,
                  {{50, 50, 20, 10, 0.9F, 0}, {0, 50, 20, 10, 0.8F, 0}, {50, 10, 20, 10, 0.7F, 0}});
  const auto objects = yolo_objects(yolo_options(YoloHead::v8), output, place);
  ASSERT_EQ(objects.size(), 2U);  // the third lies in the margin
  EXPECT_EQ(objects[0].box, (Box{80, 40, 120, 60}));
  EXPECT_EQ(objects[1].box, (Box{0, 40, 20, 60}));  // cut at the border
}

TEST(YoloV8, ReadsHalfPrecision) {
  // 2, 2, 4, 4, 0.5
  const auto output = tensor_of<std::uint16_t>("y", DType::fp16, {1, 5, 1},
                                               {0x4000, 0x4000, 0x4400, 0x4400, 0x3800});
  const auto objects = yolo_objects({}, output, same_size(10, 10));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].label, "0");
  EXPECT_EQ(objects[0].score, 0.5F);
  EXPECT_EQ(objects[0].box, (Box{0, 0, 4, 4}));
}

TEST(Yolo, IgnoresBoxesWithoutAnArea) {
  const auto output =
      yolo_output(YoloHead::v8, {{50, 40, 0, 10, 0.9F, 0}, {9, 9, -2, -2, 0.9F, 0}});
  EXPECT_TRUE(yolo_objects(yolo_options(YoloHead::v8), output, same_size(100, 100)).empty());
}

TEST(Yolo, RefusesScoresThatAreNoProbabilities) {
  for (const YoloHead head : {YoloHead::v5, YoloHead::v8}) {
    const auto with = [head](float score) {
      std::vector<float> box{50, 40, 20, 10, score, score};
      if (head == YoloHead::v5) box.push_back(0.5F);
      return yolo_output(head, {box});
    };
    const auto options = yolo_options(head);
    EXPECT_THAT(yolo_refusal(options, with(3)),
                HasSubstr("output 'output0' holds the score 3, which is no probability (0..1); "
                          "export the model with its sigmoid"));
    EXPECT_THAT(yolo_refusal(options, with(-3)), HasSubstr("the score -3"));
    EXPECT_THAT(yolo_refusal(options, with(NAN)), HasSubstr("not a number"));
    EXPECT_EQ(yolo_refusal(options, with(1.004F)), "accepted");
  }
}

TEST(Yolo, RefusesAnObjectWithoutAPlace) {
  const auto options = yolo_options(YoloHead::v8);
  EXPECT_THAT(yolo_refusal(options, yolo_output(YoloHead::v8, {{NAN, 40, 20, 10, 0.9F, 0}})),
              HasSubstr("output 'output0' holds a box with the edge nan"));
  EXPECT_THAT(yolo_refusal(options, yolo_output(YoloHead::v8, {{5, 40, 20, INFINITY, 0.9F, 0}})),
              HasSubstr("edge -inf"));
  EXPECT_EQ(yolo_refusal(options, yolo_output(YoloHead::v8, {{NAN, 40, 20, 10, 0.1F, 0}})),
            "accepted");
}

std::string yolo_shape_refusal(const YoloOptions& options, const Shape& shape) {
  const TensorInfo output{.name = "output0", .shape = shape};
  return refusal_of(fit(options, std::span(&output, 1)));
}

TEST(Yolo, FitsTheShapeOfItsHead) {
  const auto v5 = yolo_options(YoloHead::v5);
  EXPECT_EQ(yolo_shape_refusal(v5, {1, 25200, 7}), "accepted");
  EXPECT_EQ(yolo_shape_refusal(v5, {-1, -1, -1}), "accepted");
  EXPECT_EQ(yolo_shape_refusal(v5, {1, 6, 8400}),
            "output 'output0' has the shape [1,6,8400], not [1,-1,7] (head v5: x, y, width, "
            "height, objectness, scores of 2 classes)");
  EXPECT_NE(yolo_shape_refusal(v5, {4, 25200, 7}), "accepted");
  EXPECT_NE(yolo_shape_refusal(v5, {25200, 7}), "accepted");
  EXPECT_NE(yolo_shape_refusal({.head = YoloHead::v5}, {1, 25200, 5}), "accepted");

  const auto v8 = yolo_options(YoloHead::v8);
  EXPECT_EQ(yolo_shape_refusal(v8, {1, 6, 8400}), "accepted");
  EXPECT_EQ(yolo_shape_refusal(v8, {1, 84, 8400}),
            "output 'output0' has the shape [1,84,8400], not [1,6,-1] (head v8: x, y, width, "
            "height, scores of 2 classes)");
  EXPECT_EQ(yolo_shape_refusal({}, {1, 84, 8400}), "accepted");
  EXPECT_THAT(yolo_shape_refusal({}, {1, 4, 8400}),
              HasSubstr("has the shape [1,4,8400]: 4 numbers leave none for classes"));
}

TEST(Yolo, RefusesAnOutputOfAnotherShapeAtRunTimeToo) {
  EXPECT_THAT(yolo_refusal(yolo_options(YoloHead::v8), fp32("y", {1, 7, 1}, std::vector<float>(7))),
              HasSubstr("output 'y' has the shape [1,7,1], not [1,6,-1]"));
}

TEST(YoloOptions, NameTheValueThatIsWrong) {
  EXPECT_TRUE(check(YoloOptions{}));
  EXPECT_THAT(refusal_of(check(YoloOptions{.score_threshold = 2})),
              HasSubstr("score_threshold is 2, not within 0..1"));
  EXPECT_THAT(refusal_of(check(YoloOptions{.nms = {.iou_threshold = -1}})),
              HasSubstr("iou_threshold is -1"));
}

}  // namespace
}  // namespace sluice::vision::post
