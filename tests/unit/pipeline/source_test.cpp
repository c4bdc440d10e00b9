#include "pipeline/source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"
#include "video.hpp"

namespace sluice::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A detector with a dynamic size.
backend::ModelInfo detector() {
  backend::ModelInfo model;
  model.name = "det";
  model.backend = "onnxruntime";
  model.inputs = {{"x", tensor::DType::fp32, {-1, 3, -1, -1}, false}};
  return model;
}

vision::PreprocessOptions small() {
  vision::PreprocessOptions options;
  options.width = options.height = 32;
  return options;
}

SourceOptions source(SourceKind kind, const std::string& path, double rate) {
  SourceOptions options;
  options.kind = kind;
  options.path = path;
  options.arrivals.rate = rate;
  return options;
}

std::unique_ptr<Source> open(const SourceOptions& options) {
  auto opened = open_source(options, small(), detector(), {});
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? std::move(*opened) : nullptr;
}

std::string refusal(const SourceOptions& options) {
  const auto opened = open_source(options, small(), detector(), {});
  return opened ? "opened" : opened.error().message;
}

TEST(Source, SyntheticGivesZerosInTheModelsShape) {
  SourceOptions options = source(SourceKind::synthetic, "", 100);
  options.arrivals.count = 2;
  backend::ModelOptions model_options;
  model_options.example_shapes["x"] = {1, 3, 4, 5};
  const auto opened = open_source(options, {}, detector(), model_options);
  ASSERT_TRUE(opened) << opened.error().message;
  Source& synthetic = **opened;
  EXPECT_EQ(synthetic.next_due(), 0ms);
  const auto frame = synthetic.take();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ((*frame)->name, "synthetic#0");
  ASSERT_EQ((*frame)->inputs.size(), 1u);
  EXPECT_EQ((*frame)->inputs[0].shape(), (tensor::Shape{1, 3, 4, 5}));
  for (const float value : (*frame)->inputs[0].as<float>()) ASSERT_EQ(value, 0);
  EXPECT_EQ(synthetic.next_due(), 10ms);
  EXPECT_EQ((*synthetic.take())->name, "synthetic#1");
  EXPECT_EQ(synthetic.next_due(), std::nullopt);
}

TEST(Source, OneImageComesAgainAndAgain) {
  const Folder folder;
  SourceOptions options = source(SourceKind::image, folder.image("a.png", 7), 50);
  options.arrivals.start = 5ms;
  options.arrivals.count = 3;
  const auto image = open(options);
  ASSERT_TRUE(image);
  std::vector<base::Duration> due;
  while (const auto next = image->next_due()) {
    due.push_back(*next);
    const auto frame = image->take();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->name, folder.path("a.png"));
    EXPECT_EQ((*frame)->inputs.at(0).name(), "x");
    EXPECT_EQ((*frame)->inputs.at(0).shape(), (tensor::Shape{1, 3, 32, 32}));
  }
  EXPECT_THAT(due, testing::ElementsAre(5ms, 25ms, 45ms));
}

TEST(Source, ALostFrameStillCounts) {
  const Folder folder;
  folder.image("1.png", 10);
  folder.write("2.png", "not an image");
  SourceOptions options = source(SourceKind::images, folder.path(), 10);
  options.arrivals.count = 3;
  const auto images = open(options);
  ASSERT_TRUE(images);
  EXPECT_TRUE(images->take());
  EXPECT_EQ(images->next_due(), 100ms);
  EXPECT_FALSE(images->take());
  EXPECT_EQ(images->next_due(), 200ms);
  EXPECT_TRUE(images->take());
  EXPECT_EQ(images->next_due(), std::nullopt);
}

// The cache holds one image; the others come through the read-ahead thread, in order.
TEST(Source, FoldersLargerThanTheCacheKeepTheirOrder) {
  const Folder folder;
  for (int i = 0; i < 5; ++i) folder.image(std::to_string(i) + ".png", i);
  for (const std::uint32_t read_ahead : {0u, 1u, 3u}) {
    SourceOptions options = source(SourceKind::images, folder.path(), 10);
    options.cache_bytes = 0;
    options.read_ahead = read_ahead;
    const auto images = open(options);
    ASSERT_TRUE(images);
    for (int i = 0; i < 12; ++i) {
      const auto frame = images->take();
      ASSERT_TRUE(frame && *frame);
      EXPECT_EQ((*frame)->name, folder.path(std::to_string(i % 5) + ".png"));
    }
  }
}

TEST(Source, AVideoPlaysAtItsOwnRateAndEnds) {
  const Folder folder;
  const std::string path = write_video(folder, "clip.avi", 3, 20);
  for (const std::uint32_t read_ahead : {0u, 4u}) {
    SourceOptions options = source(SourceKind::video, path, 0);
    options.read_ahead = read_ahead;
    const auto video = open(options);
    ASSERT_TRUE(video);
    EXPECT_EQ(video->period(), 50ms);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(video->next_due(), i * 50ms);
      const auto frame = video->take();
      ASSERT_TRUE(frame && *frame);
    }
    // With read-ahead the end may be known before it is asked for.
    if (video->next_due()) {
      const auto end = video->take();
      ASSERT_TRUE(end);
      EXPECT_FALSE(*end);
    }
    EXPECT_EQ(video->next_due(), std::nullopt);
  }
}

TEST(Source, AVideoTakesAnotherRate) {
  const Folder folder;
  const auto video = open(source(SourceKind::video, write_video(folder, "clip.avi", 3, 20), 100));
  ASSERT_TRUE(video);
  EXPECT_EQ(video->period(), 10ms);
}

TEST(Source, PeriodicFramesAreExpectedWithoutTheirJitter) {
  SourceOptions options = source(SourceKind::synthetic, "", 100);
  options.arrivals.jitter = 4ms;
  const auto periodic = open(options);
  ASSERT_TRUE(periodic);
  EXPECT_EQ(periodic->period(), 10ms);
  bool moved = false;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(periodic->expected(), i * 10ms);
    const base::Duration late = *periodic->next_due() - periodic->expected();
    EXPECT_GE(late, 0ms);
    EXPECT_LT(late, 4ms);
    moved = moved || late > 0ms;
    ASSERT_TRUE(periodic->take());
  }
  EXPECT_TRUE(moved);
}

TEST(Source, OtherArrivalsAreNotPeriodic) {
  SourceOptions options = source(SourceKind::synthetic, "", 100);
  options.arrivals.kind = simulate::ArrivalKind::poisson;
  const auto poisson = open(options);
  ASSERT_TRUE(poisson);
  EXPECT_EQ(poisson->period(), 0ms);
}

TEST(Source, ATraceNeedsNoRate) {
  SourceOptions options = source(SourceKind::synthetic, "", 0);
  options.arrivals.kind = simulate::ArrivalKind::trace;
  options.arrivals.times = {3ms, 3ms, 8ms};
  const auto trace = open(options);
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->next_due(), 3ms);
}

TEST(Source, RefusesWhatCannotRun) {
  const Folder folder;
  EXPECT_THAT(refusal(source(SourceKind::none, "", 10)), HasSubstr("type: synthetic"));
  EXPECT_THAT(refusal(source(SourceKind::image, "", 10)), HasSubstr("path"));
  EXPECT_THAT(refusal(source(SourceKind::image, "no.png", 10)), HasSubstr("no.png"));
  EXPECT_THAT(refusal(source(SourceKind::images, "no/folder", 10)), HasSubstr("no/folder"));
  EXPECT_THAT(refusal(source(SourceKind::images, folder.path(), 10)), HasSubstr("empty"));
  EXPECT_THAT(refusal(source(SourceKind::video, "no.mp4", 10)), HasSubstr("no.mp4"));
  EXPECT_THAT(refusal(source(SourceKind::synthetic, "", 0)), HasSubstr("rate: 15/s"));
  EXPECT_THAT(refusal(source(SourceKind::image, folder.image("a.png", 1), 0)),
              HasSubstr("rate: 15/s"));
  EXPECT_NE(refusal(source(SourceKind::synthetic, "", -5)), "opened");
}

TEST(ImageInput, CompletesThePreprocessing) {
  backend::ModelInfo model = detector();
  model.inputs[0].shape = {1, 3, 240, 320};
  const auto fitted = image_input({}, model);
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->input, "x");
  EXPECT_EQ(fitted->width, 320);
  EXPECT_EQ(fitted->height, 240);
}

std::string input_refusal(const backend::ModelInfo& model, const std::string& input = "") {
  vision::PreprocessOptions options = small();
  options.input = input;
  const auto fitted = image_input(options, model);
  return fitted ? "accepted" : fitted.error().message;
}

TEST(ImageInput, NamesModelAndRemedy) {
  backend::ModelInfo model = detector();
  EXPECT_EQ(input_refusal(model, "x"), "accepted");
  EXPECT_THAT(input_refusal(model, "y"), HasSubstr("no input 'y'"));
  EXPECT_THAT(input_refusal(model, "y"), HasSubstr("'x'"));

  model.inputs[0].shape = {1, 3, 64, 64};
  EXPECT_THAT(input_refusal(model), HasSubstr("model 'det': input 'x'"));
  EXPECT_THAT(input_refusal(model), HasSubstr("fixed height 64, not 32"));

  model.inputs.push_back(model.inputs[0]);
  EXPECT_THAT(input_refusal(model), HasSubstr("2 inputs"));
  model.inputs.clear();
  EXPECT_THAT(input_refusal(model), HasSubstr("0 inputs"));
}

TEST(ImageInput, ModelsThatTakeAnythingTakeImages) {
  backend::ModelInfo model = detector();
  model.inputs[0].shape = {};
  model.inputs[0].any_rank = true;
  EXPECT_EQ(input_refusal(model), "accepted");

  model.backend = "synthetic";
  model.inputs[0] = {"x", tensor::DType::fp32, {-1, 1}, false};
  const auto fitted = image_input({}, model);
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->input, "x");
}

}  // namespace
}  // namespace sluice::pipeline
