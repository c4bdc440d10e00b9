// The head of YOLO models that suppress other boxes themselves.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/vision/post/tensors.hpp"
#include "vision/post/yolo.hpp"

namespace sluice::vision::post {
namespace {

using tensor::DType;
using tensor::Shape;
using tensor::TensorInfo;
using testing::HasSubstr;

YoloOptions end_to_end() {
  YoloOptions options;
  options.head = YoloHead::end_to_end;
  options.labels = {"cat", "dog"};
  return options;
}

base::Result<std::vector<Object>> survivors_of(const YoloOptions& options,
                                               const std::vector<float>& rows,
                                               const Transform& place = same_size(100, 100)) {
  const auto count = static_cast<std::int64_t>(rows.size() / 6);
  const auto output = fp32("output0", {1, count, 6}, rows);
  return decode(options, std::span(&output, 1), place);
}

TEST(YoloEndToEnd, TellsEachBoxAsItIs) {
  const auto objects = survivors_of(end_to_end(), {10, 20, 30, 40, 0.5F, 1,   //
                                                   11, 21, 31, 41, 0.75F, 1,  // overlaps: both stay
                                                   0, 0, 0, 0, 0, 0});
  ASSERT_TRUE(objects) << objects.error().message;
  ASSERT_EQ(objects->size(), 2U);
  EXPECT_EQ(objects->at(0).score, 0.75F);
  EXPECT_EQ(objects->at(0).label, "dog");
  EXPECT_EQ(objects->at(0).box, (Box{11, 21, 31, 41}));
  EXPECT_EQ(objects->at(1).box, (Box{10, 20, 30, 40}));
}

TEST(YoloEndToEnd, GoesBackThroughTheLetterbox) {
  PreprocessOptions preprocess;
  preprocess.width = preprocess.height = 100;
  preprocess.resize = Resize::letterbox;
  const auto objects =
      survivors_of(end_to_end(), {10, 30, 20, 40, 1, 0}, *transform(preprocess, 200, 100));
  ASSERT_TRUE(objects);
  ASSERT_EQ(objects->size(), 1U);
  EXPECT_EQ(objects->at(0).box, (Box{20, 10, 40, 30}));
}

TEST(YoloEndToEnd, KeepsNoMoreThanWanted) {
  auto options = end_to_end();
  options.nms.max_detections = 1;
  options.score_threshold = 0;
  const auto objects = survivors_of(options, {0, 0, 9, 9, 0.5F, 0, 1, 1, 9, 9, 0.75F, 0,  //
                                              0, 0, 0, 0, 0, -1});
  ASSERT_TRUE(objects) << objects.error().message;
  ASSERT_EQ(objects->size(), 1U);
  EXPECT_EQ(objects->at(0).score, 0.75F);
}

TEST(YoloEndToEnd, RefusesWhatDoesNotFit) {
  const auto refused = [](const std::vector<float>& row) {
    return refusal_of(survivors_of(end_to_end(), row));
  };
  EXPECT_THAT(refused({0, 0, 9, 9, 0.5F, 2}),
              HasSubstr("the class 2; with 2 labels there are 0..1"));
  EXPECT_THAT(refused({0, 0, 9, 9, 0.5F, 0.5F}), HasSubstr("the class 0.5"));
  EXPECT_THAT(refused({0, 0, 9, 9, 0.5F, NAN}), HasSubstr("the class nan"));
  EXPECT_THAT(refused({0, 0, 9, 9, 5, 0}), HasSubstr("the score 5"));
  EXPECT_THAT(refused({0, 0, INFINITY, 9, 0.5F, 0}), HasSubstr("the edge inf"));
  const std::vector outputs{TensorInfo{"y", DType::fp32, {1, 84, 8400}}};
  EXPECT_THAT(refusal_of(fit(end_to_end(), outputs)),
              HasSubstr("the shape [1,84,8400], not [1,-1,6] (head end_to_end: left, top"));
}

}  // namespace
}  // namespace sluice::vision::post
