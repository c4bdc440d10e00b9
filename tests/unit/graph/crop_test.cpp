#include "graph/crop.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/graph/graph_helpers.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr ImageSize kImage{100, 80};

CropOptions padded(float padding) {
  CropOptions options;
  options.padding = padding;
  return options;
}

TEST(CropRegion, IsTheBoxWidenedToWholePixels) {
  EXPECT_EQ(crop_region({10, 20, 30, 40}, {}, kImage), (Box{10, 20, 30, 40}));
  EXPECT_EQ(crop_region({10.2F, 20.9F, 30.1F, 40}, {}, kImage), (Box{10, 20, 31, 40}));
}

TEST(CropRegion, PadsByAShareOfTheBox) {
  EXPECT_EQ(crop_region({20, 20, 60, 40}, padded(0.25F), kImage), (Box{10, 15, 70, 45}));
}

TEST(CropRegion, EndsAtTheImagesBorders) {
  EXPECT_EQ(crop_region({-5, -5, 20, 20}, {}, kImage), (Box{0, 0, 20, 20}));
  EXPECT_EQ(crop_region({90, 70, 120, 99}, {}, kImage), (Box{90, 70, 100, 80}));
  EXPECT_EQ(crop_region({0, 60, 40, 80}, padded(1), kImage), (Box{0, 40, 80, 80}));
  EXPECT_EQ(crop_region({-1e30F, -1e30F, 1e30F, 1e30F}, padded(10), kImage), kImage.box());
}

TEST(CropRegion, LeavesOutWhatIsSmallOnTheImage) {
  CropOptions options = padded(1);
  options.min_size = 10;
  EXPECT_EQ(crop_region({10, 10, 20, 20}, options, kImage), (Box{0, 0, 30, 30}));
  EXPECT_EQ(crop_region({10, 10, 20, 19.9F}, options, kImage), std::nullopt);
  EXPECT_EQ(crop_region({10, 10, 19.9F, 20}, options, kImage), std::nullopt);
  EXPECT_EQ(crop_region({91, 10, 120, 40}, options, kImage), std::nullopt)
      << "nine pixels of it are on the image";
  EXPECT_EQ(crop_region({200, 10, 220, 40}, {}, kImage), std::nullopt);
}

std::vector<std::string> cropped_objects(const Crops& made) {
  std::vector<std::string> result;
  for (const Crop& crop : made.crops) result.push_back(crop.parent);
  return result;
}

Object named(std::string id, const std::string& label, float score, std::optional<Box> box) {
  Object object = found(label, score, box);
  object.id = std::move(id);
  return object;
}

const std::vector<Object> kObjects{
    named("d-1", "cat", 0.6F, Box{0, 0, 20, 20}), named("d-2", "dog", 0.9F, Box{10, 0, 40, 20}),
    named("d-3", "cat", 0.8F, Box{0, 0, 3, 20}),  named("d-4", "cat", 0.5F, std::nullopt),
    named("d-5", "cat", 0.5F, Box{5, 5, 20, 20}),
};

TEST(MakeCrops, TakesEveryObjectInOrder) {
  const Crops made = make_crops(kObjects, {}, kImage);
  EXPECT_THAT(cropped_objects(made), ElementsAre("d-1", "d-2", "d-3", "d-4", "d-5"));
  EXPECT_EQ(made.crops[1].region, (Box{10, 0, 40, 20}));
  EXPECT_EQ(made.crops[3].region, kImage.box()) << "without a box: the image";
  EXPECT_EQ(made.passed_over(), 0u);
}

TEST(MakeCrops, CountsWhatItPassesOver) {
  CropOptions options;
  options.classes = {"bird", "cat"};
  options.min_size = 10;
  options.max_crops = 2;
  const Crops made = make_crops(kObjects, options, kImage);
  EXPECT_THAT(cropped_objects(made), ElementsAre("d-1", "d-4"));
  EXPECT_EQ(made.other_class, 1u);
  EXPECT_EQ(made.too_small, 1u);
  EXPECT_EQ(made.beyond_limit, 1u);
  EXPECT_EQ(made.passed_over(), 3u);
}

TEST(MakeCrops, TakesTheBestInTheirOrderAndTheFirstAmongEqualOnes) {
  CropOptions options;
  options.max_crops = 4;
  EXPECT_THAT(cropped_objects(make_crops(kObjects, options, kImage)),
              ElementsAre("d-1", "d-2", "d-3", "d-4"));
  EXPECT_THAT(make_crops({}, options, kImage).crops, IsEmpty());
}

TEST(ToImage, MovesBoxesFromTheRegion) {
  std::vector<Object> objects{found("a", 1, Box{1, 2, 3, 4.5F}), found("b")};
  ASSERT_TRUE(to_image(objects, {10, 20, 30, 40}));
  EXPECT_EQ(objects[0].box, (Box{11, 22, 13, 24.5F}));
  EXPECT_EQ(objects[1].box, std::nullopt);
}

TEST(ToImage, CutsBoxesToTheRegion) {
  std::vector<Object> objects{found("a", 1, Box{-1, -1, 99, 5}), found("b", 1, Box{50, 1, 60, 2})};
  ASSERT_TRUE(to_image(objects, {10, 20, 30, 40}));
  EXPECT_EQ(objects[0].box, (Box{10, 20, 30, 25}));
  EXPECT_EQ(objects[1].box, (Box{30, 21, 30, 22})) << "nothing of it is there";
}

std::string problem_with(const Object& object) {
  std::vector<Object> objects{object};
  const auto status = to_image(objects, {0, 0, 10, 10});
  return status ? "" : status.error().message;
}

TEST(ToImage, RefusesBoxesAndScoresThatAreNone) {
  const float nan = std::nanf("");
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(problem_with(found("cat", 1, Box{5, 5, 1, 6})),
            "the model gave 'cat' a box that is none: (5, 5) to (1, 6)");
  EXPECT_NE(problem_with(found("cat", 1, Box{5, 5, 6, 1})), "");
  EXPECT_NE(problem_with(found("cat", 1, Box{nan, 5, 6, 7})), "");
  EXPECT_NE(problem_with(found("cat", 1, Box{0, -infinity, 6, 7})), "");
  EXPECT_NE(problem_with(found("cat", 1, Box{0, 0, nan, 7})), "");
  EXPECT_NE(problem_with(found("cat", 1, Box{0, 0, 1, infinity})), "");
  EXPECT_EQ(problem_with(found("cat", nan)), "the model gave 'cat' the score nan");
}

}  // namespace
}  // namespace sluice::graph
