#include "vision/post/text_regions.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/vision/post/tensors.hpp"

namespace sluice::vision::post {
namespace {

using tensor::DType;
using tensor::Shape;
using tensor::TensorInfo;
using testing::ElementsAre;
using testing::HasSubstr;

/// A probability map with rectangles of text.
class Map {
 public:
  Map(std::int64_t width, std::int64_t height)
      : width_(width), height_(height), values_(static_cast<std::size_t>(width * height)) {}

  Map& text(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1, float value) {
    for (std::int64_t y = y0; y < y1; ++y) {
      for (std::int64_t x = x0; x < x1; ++x)
        values_[static_cast<std::size_t>(y * width_ + x)] = value;
    }
    return *this;
  }
  [[nodiscard]] tensor::Tensor tensor() const {
    return fp32("map", {1, 1, height_, width_}, values_);
  }

 private:
  std::int64_t width_;
  std::int64_t height_;
  std::vector<float> values_;
};

std::vector<Object> text_of(const TextRegionsOptions& options, const tensor::Tensor& map,
                            const Transform& place) {
  const auto objects = decode(options, std::span(&map, 1), place);
  EXPECT_TRUE(objects) << objects.error().message;
  return objects.value_or(std::vector<Object>{});
}

std::string text_refusal(const tensor::Tensor& map) {
  return refusal_of(decode(TextRegionsOptions{}, std::span(&map, 1), same_size(100, 100)));
}

std::vector<Box> boxes_of(const std::vector<Object>& objects) {
  std::vector<Box> boxes;
  for (const Object& object : objects) boxes.push_back(object.box.value_or(Box{}));
  return boxes;
}

TEST(TextRegions, GrowsTheBoxAndTellsTheMeanProbability) {
  auto map = Map(100, 50).text(20, 20, 60, 30, 0.75F).text(20, 20, 40, 30, 1);
  const auto objects = text_of({}, map.tensor(), same_size(100, 50));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].label, "text");
  EXPECT_EQ(objects[0].label_index, 0);
  EXPECT_EQ(objects[0].score, 0.875F);
  // 40 x 10 x 1.5 / (2 x 50) = 6
  EXPECT_EQ(objects[0].box, (Box{14, 14, 66, 36}));
}

TEST(TextRegions, DoesNotGrowBeyondTheImage) {
  const auto objects = text_of({}, Map(64, 64).text(0, 0, 64, 10, 1).tensor(), same_size(64, 64));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].box->x0, 0);
  EXPECT_EQ(objects[0].box->y0, 0);
  EXPECT_EQ(objects[0].box->x1, 64);
}

// The output is a quarter of the model's input, in which the image lies between two margins.
TEST(TextRegions, GoesBackThroughOutputAndLetterbox) {
  PreprocessOptions preprocess;
  preprocess.width = preprocess.height = 200;
  preprocess.resize = Resize::letterbox;
  const Transform place = *transform(preprocess, 400, 200);  // scaled by a half, 50 above
  TextRegionsOptions options;
  options.unclip = 0;
  const auto map = Map(50, 50).text(10, 20, 30, 25, 1).text(0, 0, 50, 5, 1);
  // What is in the margin is no text of the image.
  EXPECT_THAT(boxes_of(text_of(options, map.tensor(), place)), ElementsAre(Box{80, 60, 240, 100}));
}

TEST(TextRegions, LeavesOutTheSmallAndTheUnsure) {
  TextRegionsOptions options;
  options.unclip = 0;
  const auto map = Map(100, 40)
                       .text(0, 0, 30, 2, 1)          // too low
                       .text(40, 0, 42, 30, 1)        // too narrow
                       .text(50, 10, 60, 20, 0.5F)    // unsure
                       .text(70, 10, 80, 20, 0.25F)   // no text
                       .text(90, 10, 93, 13, 0.75F);  // just right
  EXPECT_THAT(boxes_of(text_of(options, map.tensor(), same_size(100, 40))),
              ElementsAre(Box{90, 10, 93, 13}));
  options.box_threshold = 0.5F;
  options.min_size = 1;
  options.threshold = 0.2F;
  EXPECT_EQ(text_of(options, map.tensor(), same_size(100, 40)).size(), 4U);  // 0.25 is below 0.5
}

// Words of a line are not on the same height to the pixel; the second column's tall picture text
// belongs to the line in its middle.
TEST(TextRegions, AreInReadingOrder) {
  TextRegionsOptions options;
  options.unclip = 0;
  const auto map = Map(200, 120)
                       .text(100, 8, 140, 18, 1)   // second word of the first line, higher
                       .text(10, 10, 50, 20, 1)    // first word
                       .text(10, 50, 50, 60, 1)    // second line
                       .text(150, 40, 190, 75, 1)  // tall
                       .text(60, 52, 90, 62, 1)    // second word of it
                       .text(10, 90, 50, 100, 1);  // third
  const auto boxes = boxes_of(text_of(options, map.tensor(), same_size(200, 120)));
  EXPECT_THAT(boxes, ElementsAre(Box{10, 10, 50, 20}, Box{100, 8, 140, 18}, Box{10, 50, 50, 60},
                                 Box{60, 52, 90, 62}, Box{150, 40, 190, 75}, Box{10, 90, 50, 100}));
}

TEST(TextRegions, KeepsTheBest) {
  TextRegionsOptions options;
  options.unclip = 0;
  options.max_regions = 2;
  Map map(400, 10);
  for (int i = 0; i < 40; ++i)
    map.text(10 * i, 2, 10 * i + 5, 7, 0.65F + 0.005F * static_cast<float>((i * 7) % 40));
  const auto objects = text_of(options, map.tensor(), same_size(400, 10));
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_NEAR(objects[0].score + objects[1].score, 2 * 0.65 + 0.005 * (39 + 38), 1e-5);
}

TEST(TextRegions, TakesMapsWithFewerAxes) {
  std::vector<float> values(100, 1);
  for (const Shape& shape : {Shape{1, 1, 10, 10}, Shape{1, 10, 10}, Shape{10, 10}}) {
    EXPECT_EQ(text_of({}, fp32("map", shape, values), same_size(10, 10)).size(), 1U);
  }
  EXPECT_TRUE(text_of({}, fp32("map", {1, 1, 0, 5}, {}), same_size(10, 10)).empty());
  EXPECT_THAT(text_refusal(fp32("map", {1, 2, 5, 10}, values)),
              HasSubstr("the shape [1,2,5,10], not [1,1,-1,-1] or [1,-1,-1] or [-1,-1]"));
  EXPECT_TRUE(
      fit(TextRegionsOptions{}, std::vector{TensorInfo{"y", DType::fp32, {-1, 1, -1, -1}}}));
}

TEST(TextRegions, RefusesWhatIsNoProbability) {
  EXPECT_THAT(text_refusal(fp32("map", {1, 1, 1, 2}, {0.5F, 7})),
              HasSubstr("the score 7, which is no probability (0..1); export the model with its"));
  EXPECT_THAT(text_refusal(fp32("map", {1, 1, 1, 2}, {NAN, 0.5F})), HasSubstr("not a number"));
  // Quantisation.
  EXPECT_EQ(text_refusal(fp32("map", {1, 1, 1, 2}, {-0.004F, 1.004F})), "accepted");
}

// Dots that do not touch each other: as many regions as there can be, and no more memory for them
// than for the rows.
TEST(TextRegions, OfAHostileMapAreFew) {
  constexpr std::int64_t kSide = 2048;
  Map map(kSide, kSide);
  for (std::int64_t y = 0; y < kSide; y += 2) {
    for (std::int64_t x = 0; x < kSide; x += 2) map.text(x, y, x + 1, y + 1, 1);
  }
  TextRegionsOptions options;
  options.min_size = 1;
  EXPECT_EQ(text_of(options, map.tensor(), same_size(kSide, kSide)).size(), 1000U);
}

TEST(TextRegions, ChecksTheOptions) {
  const auto refused = [](auto change) {
    TextRegionsOptions options;
    change(options);
    return refusal_of(check(options));
  };
  EXPECT_EQ(refused([](auto&) {}), "accepted");
  EXPECT_THAT(refused([](auto& o) { o.threshold = 1.5F; }), HasSubstr("threshold is 1.5"));
  EXPECT_THAT(refused([](auto& o) { o.box_threshold = NAN; }), HasSubstr("box_threshold is nan"));
  EXPECT_THAT(refused([](auto& o) { o.unclip = -1; }), HasSubstr("unclip is -1, not within 0..10"));
  EXPECT_THAT(refused([](auto& o) { o.unclip = NAN; }), HasSubstr("unclip is nan"));
  EXPECT_THAT(refused([](auto& o) { o.min_size = 0; }), HasSubstr("min_size is 0"));
  EXPECT_THAT(refused([](auto& o) { o.max_regions = 10'001; }),
              HasSubstr("max_regions is 10001, not within 1..10000"));
}

}  // namespace
}  // namespace sluice::vision::post
