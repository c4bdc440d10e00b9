// Scores of classes: the best of some, what they mean, and how a class is called.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::vision::post {

/// What a model's output says of each class. It cannot be seen from the numbers, so it is declared.
enum class Scores : std::uint8_t {
  probabilities,  ///< 0..1: the model ends in a softmax or sigmoid, which is not applied again
  logits,         ///< any numbers, of which the softmax is to be taken
};

/// The highest of some scores.
struct Best {
  std::size_t index = 0;                                  ///< of equal ones, the first
  float score = -std::numeric_limits<float>::infinity();  ///< NaN if any of the scores is
};

/// `score_of(i)` for i in 0..count-1.
template <class ScoreOf>
[[nodiscard]] Best best_of(std::size_t count, const ScoreOf& score_of) {
  Best best;
  for (std::size_t i = 0; i < count; ++i) {
    const float score = score_of(i);
    if (score > best.score) {
      best = {i, score};
    } else if (std::isnan(score)) {
      return {i, score};
    }
  }
  return best;
}

/// The softmax of the logit `best`, the highest of `logits`: its probability.
[[nodiscard]] double softmax_of(float best, std::span<const float> logits);

/// `score` within 0..1. Error (invalid): not a number, or more than a hundredth outside (what
/// quantisation explains); then the output holds logits, and the message says `remedy`.
base::Result<float> probability(float score, std::string_view output, std::string_view remedy);

/// The class's label, or its number where there are no labels.
[[nodiscard]] std::string label_of(std::size_t index, std::span<const std::string> labels);

/// Index of the label of the class that `output` calls `number`, where the first of `labels` labels
/// (0: any number) is of the class `first`. Error (invalid): it is none of these classes.
base::Result<std::size_t> label_index_of(float number, int first, std::size_t labels,
                                         std::string_view output);

/// Error (invalid): `threshold` is not within 0..1.
base::Status check_threshold(double threshold, std::string_view name);

}  // namespace sluice::vision::post
