#include "serve/zmq/detections.hpp"

#include <gmock/gmock.h>

#include "serve/zmq/picture_image.hpp"
#include "zmq_helpers.hpp"

namespace sluice::serve::zmq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

vision::Object object(const char* label, int index, float score, vision::Box box) {
  vision::Object out;
  out.label = label;
  out.label_index = index;
  out.score = score;
  out.box = box;
  return out;
}

TEST(Detections, EdgesAreFractionsTopFirst) {
  const std::vector objects{object("car", 2, 0.5F, {20, 10, 100, 40})};
  EXPECT_THAT(rows_of(objects, 200, 100, 0, {}), ElementsAre(Row{2, 0.5F, 0.1F, 0.1F, 0.4F, 0.5F}));
}

TEST(Detections, TheBestComeFirstAndTheRestIsLeftOut) {
  std::vector<vision::Object> objects;
  for (int i = 0; i < 30; ++i) {
    objects.push_back(object("x", i, static_cast<float>(i) / 30, {0, 0, 1, 1}));
  }
  const auto rows = rows_of(objects, 1, 1, 0, {});
  ASSERT_EQ(rows.size(), kRows);
  EXPECT_EQ(rows.front()[0], 29);
  EXPECT_EQ(rows.back()[0], 10);
}

TEST(Detections, LowScoresAndWhatHasNoBoxAreLeftOut) {
  auto no_box = object("x", 0, 1, {});
  no_box.box.reset();
  const std::vector objects{object("x", 0, 0.4F, {0, 0, 1, 1}), no_box,
                            object("x", -1, 1, {0, 0, 1, 1}), object("x", 7, 0.6F, {0, 0, 1, 1})};
  const auto rows = rows_of(objects, 2, 2, 0.5F, {});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0][0], 7);
}

TEST(Detections, NumbersOfTheClient) {
  const auto numbers = parse_label_map("0  person\n1\tbicycle\n2  car\n", "map").value();
  const std::vector objects{object("car", 0, 0.5F, {0, 0, 1, 1}),
                            object("unicorn", 1, 0.9F, {0, 0, 1, 1})};
  const auto rows = rows_of(objects, 1, 1, 0, numbers);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0][0], 2);
}

TEST(LabelMap, LinesWithAndWithoutNumbers) {
  const auto numbers = parse_label_map("person\n7 fire hydrant\ncar\ncar\n3d printer\n", "map");
  ASSERT_TRUE(numbers.has_value()) << numbers.error().message;
  EXPECT_THAT(*numbers, testing::UnorderedElementsAre(
                            testing::Pair("person", 0), testing::Pair("fire hydrant", 7),
                            testing::Pair("car", 2), testing::Pair("3d printer", 4)));
}

TEST(LabelMap, ErrorsNameTheLine) {
  const auto large = parse_label_map("a\n1000000 b\n", "map");
  ASSERT_FALSE(large.has_value());
  EXPECT_THAT(large.error().message, HasSubstr("map:2"));
  EXPECT_FALSE(parse_label_map("", "map").has_value());
}

Picture picture(tensor::Shape shape, const std::string& bytes) {
  return {tensor::DType::uint8, std::move(shape), part_of(bytes)};
}

/// Blue, green, red of each pixel.
std::string pixels(const Picture& from, ZmqOptions::Color color = ZmqOptions::Color::rgb) {
  const auto image = to_image(from, color);
  if (!image) return image.error().message;
  return {reinterpret_cast<const char*>(image->pixels().data()), image->pixels().size()};
}

TEST(PictureImage, EveryLayoutIsTheSameImage) {
  const std::string by_pixel = "RGBrgb";
  EXPECT_EQ(pixels(picture({1, 1, 2, 3}, by_pixel)), "BGRbgr");
  EXPECT_EQ(pixels(picture({1, 2, 1, 3}, by_pixel)), "BGRbgr");
  EXPECT_EQ(pixels(picture({2, 1, 1, 3}, by_pixel)), "BGRbgr");
  EXPECT_EQ(pixels(picture({1, 2, 3, 1}, by_pixel)), "BGRbgr");
  EXPECT_EQ(pixels(picture({1, 3, 1, 2}, "RrGgBb")), "BGRbgr");
  EXPECT_EQ(pixels(picture({1, 1, 2, 3}, "BGRbgr"), ZmqOptions::Color::bgr), "BGRbgr");
}

TEST(PictureImage, SidesAreHeightAndWidth) {
  const auto image = to_image(picture({1, 2, 4, 3}, std::string(24, 'x')), ZmqOptions::Color::rgb);
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->width(), 4);
  EXPECT_EQ(image->height(), 2);
}

TEST(PictureImage, OtherTensorsAreNone) {
  EXPECT_THAT(pixels(picture({1, 2, 2, 1}, "abcd")), HasSubstr("is no image"));
  EXPECT_THAT(pixels(picture({12}, std::string(12, 'x'))), HasSubstr("is no image"));
  EXPECT_THAT(pixels(picture({1, 0, 2, 3}, "")), HasSubstr("is no image"));
  EXPECT_THAT(pixels(picture({1, 20000, 1, 3}, std::string(60000, 'x'))), HasSubstr("is no image"));
  auto floats = picture({1, 1, 1, 3}, std::string(12, 'x'));
  floats.dtype = tensor::DType::fp32;
  EXPECT_THAT(pixels(floats), HasSubstr("send uint8"));
}

}  // namespace
}  // namespace sluice::serve::zmq
