// Post-processing against other implementations: tools/make-vision-fixtures.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "unit/vision/post/tensors.hpp"
#include "vision/post/outputs.hpp"
#include "vision/post/post_process.hpp"

namespace sluice::vision::post {
namespace {

namespace json = boost::json;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;

json::object golden() {
  std::ifstream in(std::string(SLUICE_SOURCE_DIR) + "/tests/fixtures/vision/post.json");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return json::parse(text).as_object();
}

template <class T>
T field(const json::value& object, std::string_view name) {
  return json::value_to<T>(object.at(name));
}

/// The transform of an image into a square model input.
Transform golden_transform(const json::value& object, int model, Resize resize) {
  PreprocessOptions options;
  options.width = options.height = model;
  options.resize = resize;
  const auto image = field<std::vector<int>>(object, "image");
  return transform(options, image.at(0), image.at(1)).value();
}

std::vector<Object> objects_of(const PostProcess& options, const std::vector<Tensor>& outputs,
                               const Transform& place) {
  EXPECT_TRUE(check(options));
  EXPECT_TRUE(fit(options, describe(outputs)));
  const auto objects = decode(options, outputs, place);
  EXPECT_TRUE(objects) << objects.error().message;
  return objects.value_or(std::vector<Object>{});
}

void expect_objects(const std::vector<Object>& objects, const json::array& expected) {
  ASSERT_FALSE(expected.empty());
  ASSERT_EQ(objects.size(), expected.size());
  for (std::size_t i = 0; i < objects.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(objects[i].label_index, field<int>(expected[i], "label_index"));
    EXPECT_NEAR(objects[i].score, field<double>(expected[i], "score"), 1e-6);
    const auto box = field<std::vector<double>>(expected[i], "box");
    ASSERT_TRUE(objects[i].box);
    EXPECT_NEAR(objects[i].box->x0, box.at(0), 1e-3);
    EXPECT_NEAR(objects[i].box->y0, box.at(1), 1e-3);
    EXPECT_NEAR(objects[i].box->x1, box.at(2), 1e-3);
    EXPECT_NEAR(objects[i].box->y1, box.at(3), 1e-3);
  }
}

TEST(PostGolden, NmsKeepsWhatOnnxRuntimeKeeps) {
  const json::object all = golden();
  for (const json::value& each : all.at("nms").as_array()) {
    SCOPED_TRACE(field<std::string>(each, "name"));
    const auto boxes = field<std::vector<float>>(each, "boxes");
    const auto scores = field<std::vector<float>>(each, "scores");
    const auto labels = field<std::vector<std::size_t>>(each, "labels");
    std::vector<Detection> detections;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const float x = boxes[4 * i];
      const float y = boxes[4 * i + 1];
      const float w = boxes[4 * i + 2] / 2;
      const float h = boxes[4 * i + 3] / 2;
      detections.push_back({{x - w, y - h, x + w, y + h}, scores[i], labels[i]});
    }
    NmsOptions options;
    options.iou_threshold = field<double>(each, "iou_threshold");
    options.class_aware = field<bool>(each, "class_aware");
    std::vector<Detection> expected;
    for (const auto index : field<std::vector<std::size_t>>(each, "kept")) {
      expected.push_back(detections[index]);
    }
    ASSERT_LT(expected.size(), detections.size());
    EXPECT_EQ(nms(detections, options), expected);
  }
}

TEST(PostGolden, YoloFindsWhatOnnxRuntimeKeeps) {
  const json::object all = golden();
  for (const json::value& each : all.at("yolo").as_array()) {
    SCOPED_TRACE(field<std::string>(each, "head"));
    YoloOptions options;
    options.head = field<std::string>(each, "head") == "v5" ? YoloHead::v5 : YoloHead::v8;
    options.labels = {"a", "b", "c"};
    options.score_threshold = field<float>(each, "score_threshold");
    options.nms.iou_threshold = field<double>(each, "iou_threshold");
    const auto place =
        golden_transform(each, field<int>(each, "model"),
                         field<bool>(each, "letterbox") ? Resize::letterbox : Resize::stretch);
    const auto output =
        fp32("output0", field<Shape>(each, "shape"), field<std::vector<float>>(each, "output"));
    expect_objects(objects_of(options, {output}, place), each.at("objects").as_array());
  }
}

TEST(PostGolden, SsdFindsWhatOnnxRuntimeKeeps) {
  const json::object all = golden();
  const json::value& each = all.at("ssd");
  SsdOptions options;
  options.boxes = "boxes";
  options.scores = "scores";
  options.class_offset = 1;
  options.labels = {"a", "b"};
  options.score_threshold = field<float>(each, "score_threshold");
  options.nms = NmsOptions{.iou_threshold = field<double>(each, "iou_threshold")};
  const auto scores = field<std::vector<float>>(each, "scores");
  const auto rows = static_cast<std::int64_t>(scores.size() / 3);
  const std::vector<Tensor> outputs{
      fp32("scores", {1, rows, 3}, scores),
      fp32("boxes", {1, rows, 4}, field<std::vector<float>>(each, "boxes"))};
  const auto place = golden_transform(each, 300, Resize::stretch);
  expect_objects(objects_of(options, outputs, place), each.at("objects").as_array());
}

TEST(PostGolden, ClassificationIsOnnxRuntimesSoftmaxAndTopK) {
  const json::object all = golden();
  const json::value& each = all.at("classification");
  const auto expected = field<std::vector<double>>(each, "scores");
  ClassificationOptions options;
  options.scores = Scores::logits;
  options.top_k = static_cast<int>(expected.size());
  const auto logits = field<std::vector<float>>(each, "logits");
  const auto output = fp32("y", {1, static_cast<std::int64_t>(logits.size())}, logits);
  const auto objects = objects_of(options, {output}, {});
  ASSERT_EQ(objects.size(), expected.size());
  for (std::size_t i = 0; i < objects.size(); ++i) {
    EXPECT_EQ(objects[i].label_index, field<std::vector<int>>(each, "indices").at(i));
    EXPECT_NEAR(objects[i].score, expected[i], 1e-6);
  }
}

TEST(PostGolden, TextIsThatOfAnotherGreedyDecoder) {
  const json::object all = golden();
  for (const json::value& each : all.at("ctc").as_array()) {
    SCOPED_TRACE(field<std::string>(each, "name"));
    CtcOptions options;
    options.keys = field<std::vector<std::string>>(each, "keys");
    options.space = false;
    const auto output =
        fp32("y", field<Shape>(each, "shape"), field<std::vector<float>>(each, "output"));
    const auto objects = objects_of(options, {output}, {});
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_EQ(objects[0].text, field<std::string>(each, "text"));
    EXPECT_NEAR(objects[0].score, field<double>(each, "score"), 1e-5);
  }
}

TEST(PostGolden, FullWidthFormsAreWrittenAsUnicodesCompatibilityFormHasThem) {
  const json::object all = golden();
  const json::value& each = all.at("full_width");
  CtcOptions options;
  options.keys = field<std::vector<std::string>>(each, "keys");
  options.space = false;
  const auto classes = options.keys.size() + 1;
  std::vector<float> steps(classes * classes);
  for (std::size_t step = 0; step < classes; ++step) steps[step * classes + step] = 1;
  const auto side = static_cast<std::int64_t>(classes);
  const auto objects = objects_of(options, {fp32("y", {side, side}, steps)}, {});
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].text, field<std::string>(each, "text"));
}

// The regions are those of SciPy. RapidOCR's boxes are a little smaller, as their edges are the
// centres of pixels.
TEST(PostGolden, TextRegionsAreThoseOfSciPyAndNearRapidOcr) {
  const json::object all = golden();
  const json::value& each = all.at("text_regions");
  const auto model = field<std::vector<int>>(each, "model");
  const auto image = field<std::vector<int>>(each, "image");
  std::vector<float> map;
  for (const char tenth : field<std::string>(each, "map")) {
    map.push_back(static_cast<float>(tenth == 'A' ? 10 : tenth - '0') / 10);
  }
  const std::vector<Tensor> outputs{fp32("map", {1, 1, model.at(1), model.at(0)}, map)};
  PreprocessOptions options;
  options.width = model.at(0);
  options.height = model.at(1);
  const auto objects = objects_of(TextRegionsOptions{}, outputs,
                                  transform(options, image.at(0), image.at(1)).value());
  const json::array& expected = each.at("objects").as_array();
  ASSERT_EQ(objects.size(), expected.size());
  for (const json::value& wanted : expected) {
    const auto box = field<std::vector<float>>(wanted, "box");
    const auto found = std::ranges::find_if(objects, [&box](const Object& object) {
      return std::fabs(object.box->x0 - box.at(0)) < 1e-3 &&
             std::fabs(object.box->y0 - box.at(1)) < 1e-3 &&
             std::fabs(object.box->x1 - box.at(2)) < 1e-3 &&
             std::fabs(object.box->y1 - box.at(3)) < 1e-3;
    });
    ASSERT_NE(found, objects.end()) << wanted;
    EXPECT_NEAR(found->score, field<double>(wanted, "score"), 1e-6);
  }
  const auto near = field<std::vector<std::vector<float>>>(each, "rapidocr");
  ASSERT_EQ(near.size(), objects.size());
  for (const auto& box : near) {
    const auto found = std::ranges::count_if(objects, [&box](const Object& object) {
      return std::fabs(object.box->x0 / 2 - box.at(0)) < 2.5 &&
             std::fabs(object.box->y0 / 1.5F - box.at(1)) < 2.5 &&
             std::fabs(object.box->x1 / 2 - box.at(2)) < 2.5 &&
             std::fabs(object.box->y1 / 1.5F - box.at(3)) < 2.5;
    });
    EXPECT_EQ(found, 1) << json::value_from(box);
  }
}

TEST(PostGolden, HalfPrecisionIsNumPys) {
  const json::object all = golden();
  for (const json::value& each : all.at("halves").as_array()) {
    const auto bits = json::value_to<std::uint16_t>(each.at(0));
    const json::value& value = each.at(1);
    const float infinity = std::numeric_limits<float>::infinity();
    const float expected = value.is_string() ? (value.as_string() == "inf" ? infinity : -infinity)
                                             : json::value_to<float>(value);
    const auto tensor = tensor_of<std::uint16_t>("x", DType::fp16, {1}, {bits});
    EXPECT_EQ(Floats(tensor)[0], expected) << bits;
  }
}

}  // namespace
}  // namespace sluice::vision::post
