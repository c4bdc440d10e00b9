#include "vision/post/classification.hpp"

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

const ClassificationOptions kAnimals{.labels = {"cat", "dog", "owl"}};

std::vector<Object> classes_in(const ClassificationOptions& options, const Tensor& output) {
  const auto objects = decode(options, std::span(&output, 1));
  EXPECT_TRUE(objects) << objects.error().message;
  return objects.value_or(std::vector<Object>{});
}

std::string refused_classes(const ClassificationOptions& options, const Tensor& output) {
  return refusal_of(decode(options, std::span(&output, 1)));
}

TEST(Classification, NamesTheBestClass) {
  const auto objects = classes_in(kAnimals, fp32("y", {1, 3}, {0.2F, 0.7F, 0.1F}));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].label, "dog");
  EXPECT_EQ(objects[0].label_index, 1);
  EXPECT_EQ(objects[0].score, 0.7F);
  EXPECT_FALSE(objects[0].box);
}

TEST(Classification, TellsSeveralClassesBestFirst) {
  ClassificationOptions options = kAnimals;
  options.top_k = 5;
  const auto objects = classes_in(options, fp32("y", {3}, {0.25F, 0.5F, 0.25F}));
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_EQ(objects[0].label, "dog");
  EXPECT_EQ(objects[1].label, "cat");  // as good as owl, and before it
  EXPECT_EQ(objects[2].label, "owl");

  options.top_k = 2;
  EXPECT_EQ(classes_in(options, fp32("y", {1, 3, 1, 1}, {0.25F, 0.5F, 0.25F})).size(), 2U);
  options.score_threshold = 0.3F;
  EXPECT_EQ(classes_in(options, fp32("y", {1, 3}, {0.25F, 0.5F, 0.25F})).size(), 1U);
  options.score_threshold = 0.6F;
  EXPECT_TRUE(classes_in(options, fp32("y", {1, 3}, {0.25F, 0.5F, 0.25F})).empty());
}

TEST(Classification, TakesTheSoftmaxOfLogitsOnly) {
  ClassificationOptions options = kAnimals;
  options.scores = Scores::logits;
  options.top_k = 3;
  // exp(0) : exp(ln 2) : exp(ln 5) = 1 : 2 : 5, far above what exp can take.
  const auto objects =
      classes_in(options, fp32("y", {1, 3}, {1000, 1000 + std::log(2.0F), 1000 + std::log(5.0F)}));
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_NEAR(objects[0].score, 5.0 / 8, 1e-4);
  EXPECT_NEAR(objects[1].score, 2.0 / 8, 1e-4);
  EXPECT_NEAR(objects[2].score, 1.0 / 8, 1e-4);

  EXPECT_THAT(refused_classes(kAnimals, fp32("y", {1, 3}, {1, 2, 7.5F})),
              HasSubstr("output 'y' holds the score 7.5, which is no probability (0..1); if these "
                        "are logits, set scores: logits"));
}

TEST(Classification, NumbersClassesWithoutLabels) {
  const auto objects =
      classes_in({}, tensor_of<std::uint16_t>("y", DType::fp16, {1, 2}, {0x0000, 0x3C00}));
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].label, "1");
  EXPECT_EQ(objects[0].score, 1);
}

TEST(Classification, RefusesWhatIsNoNumber) {
  for (const float bad : {NAN, INFINITY}) {
    for (const Scores scores : {Scores::probabilities, Scores::logits}) {
      ClassificationOptions options = kAnimals;
      options.scores = scores;
      EXPECT_THAT(refused_classes(options, fp32("y", {1, 3}, {0, bad, 0.5F})),
                  HasSubstr("output 'y' holds the score"));
    }
  }
}

std::string refused_shape(const Shape& shape) {
  const TensorInfo output{.name = "y", .shape = shape};
  return refusal_of(fit(kAnimals, std::span(&output, 1)));
}

TEST(Classification, FitsOutputsWithAScoreForEachLabel) {
  for (const Shape& shape : {Shape{1, 3}, {-1, 3}, {3}, {-1, -1}, {1, 3, 1, 1}, {1, -1, 1, 1}}) {
    EXPECT_EQ(refused_shape(shape), "accepted") << tensor::to_string(shape);
  }
  EXPECT_THAT(refused_shape({1, 4}), HasSubstr("has the shape [1,4], so 4 classes; there are 3"));
  EXPECT_THAT(refused_shape({1, 1}), HasSubstr("so 1 classes; there are 3"));
  EXPECT_THAT(refused_shape({8, 3}), HasSubstr("has the shape [8,3], not [1,-1]"));
  EXPECT_THAT(refused_shape({1, 0}), HasSubstr("no classes"));
}

TEST(ClassificationOptions, NameTheValueThatIsWrong) {
  EXPECT_TRUE(check(kAnimals));
  EXPECT_THAT(refusal_of(check(ClassificationOptions{.top_k = 0})), HasSubstr("top_k is 0"));
  EXPECT_THAT(refusal_of(check(ClassificationOptions{.score_threshold = -1})),
              HasSubstr("score_threshold is -1, not within 0..1"));
}

}  // namespace
}  // namespace sluice::vision::post
