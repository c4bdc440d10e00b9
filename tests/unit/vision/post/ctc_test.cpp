#include "vision/post/ctc.hpp"

#include <cmath>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/vision/post/tensors.hpp"

namespace sluice::vision::post {
namespace {

using tensor::Shape;
using tensor::Tensor;
using tensor::TensorInfo;
using testing::HasSubstr;

/// Classes: blank, a, b, space.
CtcOptions paddle_keys() {
  return {.keys = {"a", "b"}};
}

/// A probability of 0.9 for one class of each step.
Tensor steps_of(const std::vector<std::size_t>& best, std::size_t classes) {
  std::vector<float> values(best.size() * classes);
  for (std::size_t step = 0; step < best.size(); ++step) values[step * classes + best[step]] = 0.9F;
  return fp32("y", {1, static_cast<std::int64_t>(best.size()), static_cast<std::int64_t>(classes)},
              values);
}

Object text_in(const CtcOptions& options, const Tensor& output) {
  const auto objects = decode(options, std::span(&output, 1));
  EXPECT_TRUE(objects) << objects.error().message;
  if (!objects || objects->size() != 1) return {};
  return objects->front();
}

std::string ctc_refusal(const CtcOptions& options, const Tensor& output) {
  return refusal_of(decode(options, std::span(&output, 1)));
}

TEST(Ctc, WritesRunsOnceAndBlanksNever) {
  EXPECT_EQ(text_in(paddle_keys(), steps_of({0, 1, 1, 0, 1, 2, 2, 2, 3, 1, 0}, 4)).text, "aab a");
  EXPECT_EQ(text_in(paddle_keys(), steps_of({1, 1, 1}, 4)).text, "a");
}

TEST(Ctc, ReadsNothingFromBlanks) {
  const Object object = text_in(paddle_keys(), steps_of({0, 0, 0}, 4));
  EXPECT_EQ(object.text, "");
  EXPECT_EQ(object.score, 0);
  EXPECT_EQ(text_in(paddle_keys(), fp32("y", {1, 0, 4}, {})).text, "");
}

TEST(Ctc, IsNoClass) {
  const Object object = text_in(paddle_keys(), steps_of({1}, 4));
  EXPECT_EQ(object.label, "");
  EXPECT_EQ(object.label_index, -1);
  EXPECT_FALSE(object.box);
}

// Of a run, its first step; blanks do not count.
TEST(Ctc, IsAsSureAsTheStepsThatWrote) {
  const auto output =
      fp32("y", {1, 4, 4}, {0.5F, 0, 0, 0, 0, 0.75F, 0, 0, 0, 0.25F, 0, 0, 0, 0, 0.25F, 0});
  const Object object = text_in(paddle_keys(), output);
  EXPECT_EQ(object.text, "ab");
  EXPECT_EQ(object.score, 0.5F);
}

TEST(Ctc, TakesTheBlankWhereverItIs) {
  CtcOptions options{.keys = {"a", "b"}, .space = false};
  EXPECT_EQ(text_in(options, steps_of({1, 0, 2}, 3)).text, "ab");
  options.blank = 1;
  EXPECT_EQ(text_in(options, steps_of({0, 1, 2, 0, 1, 0}, 3)).text, "abaa");
  options.blank = 2;
  EXPECT_EQ(text_in(options, steps_of({0, 2, 0, 1}, 3)).text, "aab");
  options.blank = -1;
  EXPECT_EQ(text_in(options, steps_of({0, 2, 0, 1}, 3)).text, "aab");
}

TEST(Ctc, WritesKeysOfAnyLength) {
  EXPECT_EQ(text_in({.keys = {"漢", "ffi"}}, steps_of({1, 2}, 4)).text, "漢ffi");
}

TEST(Ctc, WritesFullWidthFormsAsAscii) {
  CtcOptions options{.keys = {"０", "2", "／", "～", "　", "a！b", "｟", "＀", "‘"},
                     .space = false};
  const auto output = steps_of({1, 2, 3, 4, 5, 6, 7, 8, 9}, 10);
  EXPECT_EQ(text_in(options, output).text, "02/~ a!b｟＀‘");
  options.fold_width = false;
  EXPECT_EQ(text_in(options, output).text, "０2／～　a！b｟＀‘");
}

TEST(Ctc, LeavesKeysThatAreNoUtf8) {
  const CtcOptions options{.keys = {"\xEF\xBC", "\xEF", "\xE3\x80@", "x\xFF"}, .space = false};
  EXPECT_EQ(text_in(options, steps_of({1, 2, 3, 4}, 5)).text, "\xEF\xBC\xEF\xE3\x80@x\xFF");
}

TEST(Ctc, TakesTheSoftmaxOfLogitsOnly) {
  CtcOptions options = paddle_keys();
  options.scores = Scores::logits;
  // exp(ln 5) of 1 + 5 + 1 + 1.
  const auto output = fp32("y", {1, 1, 4}, {100, 100 + std::log(5.0F), 100, 100});
  EXPECT_NEAR(text_in(options, output).score, 5.0 / 8, 1e-5);
  EXPECT_THAT(ctc_refusal(paddle_keys(), output), HasSubstr("set scores: logits"));
  EXPECT_THAT(ctc_refusal(options, fp32("y", {1, 1, 4}, {0, NAN, 0, 0})),
              HasSubstr("output 'y' holds the score nan"));
  EXPECT_THAT(ctc_refusal(paddle_keys(), fp32("y", {1, 1, 4}, {0, NAN, 0, 0})),
              HasSubstr("not a number"));
}

std::string ctc_shape_refusal(const Shape& shape) {
  const TensorInfo output{.name = "y", .shape = shape};
  return refusal_of(fit(paddle_keys(), std::span(&output, 1)));
}

TEST(Ctc, FitsStepsOfTheKeysTheSpaceAndTheBlank) {
  for (const Shape& shape : {Shape{1, 40, 4}, {40, 1, 4}, {40, 4}, {-1, -1, 4}, {1, -1, -1}}) {
    EXPECT_EQ(ctc_shape_refusal(shape), "accepted") << tensor::to_string(shape);
  }
  EXPECT_EQ(ctc_shape_refusal({1, 40, 3}),
            "output 'y' has the shape [1,40,3], not [1,-1,4] or [-1,1,4] or [-1,4] (steps, 4 "
            "classes: 2 keys, the space, the blank)");
  EXPECT_NE(ctc_shape_refusal({2, 40, 4}), "accepted");
  EXPECT_THAT(ctc_refusal({.keys = {"a", "b"}, .space = false}, steps_of({0}, 4)),
              HasSubstr("(steps, 3 classes: 2 keys, the blank)"));
}

TEST(CtcOptions, NameTheValueThatIsWrong) {
  EXPECT_TRUE(check(paddle_keys()));
  EXPECT_THAT(refusal_of(check(CtcOptions{})), HasSubstr("keys is empty"));
  for (const int wrong : {-2, 4}) {
    CtcOptions options = paddle_keys();
    options.blank = wrong;
    EXPECT_THAT(refusal_of(check(options)),
                HasSubstr(fmt::format("blank is {}, not within 0..3 (or -1: the last)", wrong)));
  }
}

}  // namespace
}  // namespace sluice::vision::post
