#include "vision/post/scores.hpp"

#include <algorithm>

namespace sluice::vision::post {

double softmax_of(float best, std::span<const float> logits) {
  // Relative to the highest, so that no exponential overflows.
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - best);
  return 1 / sum;
}

base::Result<float> probability(float score, std::string_view output, std::string_view remedy) {
  if (std::isnan(score)) {
    return base::fail(base::ErrorCode::invalid,
                      "output '{}' holds a score that is not a number: the model overflows, or "
                      "its input is wrong",
                      output);
  }
  constexpr float kTolerance = 0.01F;
  if (score < -kTolerance || score > 1 + kTolerance) {
    return base::fail(base::ErrorCode::invalid,
                      "output '{}' holds the score {}, which is no probability (0..1); {}", output,
                      score, remedy);
  }
  return std::clamp(score, 0.0F, 1.0F);
}

std::string label_of(std::size_t index, std::span<const std::string> labels) {
  return index < labels.size() ? labels[index] : std::to_string(index);
}

base::Result<std::size_t> label_index_of(float number, int first, std::size_t labels,
                                         std::string_view output) {
  constexpr std::size_t kMostClasses = 1'000'000;
  const std::size_t classes = labels == 0 ? kMostClasses : labels;
  const float index = number - static_cast<float>(first);
  // So that it is false of what is not a number.
  if (index >= 0 && index < static_cast<float>(classes) && index == std::floor(index)) {
    return static_cast<std::size_t>(index);
  }
  return base::fail(base::ErrorCode::invalid,
                    "output '{}' holds the class {}; with {} labels there are {}..{}", output,
                    number, labels, first, first + static_cast<std::int64_t>(classes) - 1);
}

base::Status check_threshold(double threshold, std::string_view name) {
  if (threshold >= 0 && threshold <= 1) return {};
  return base::fail(base::ErrorCode::invalid, "{} is {}, not within 0..1", name, threshold);
}

}  // namespace sluice::vision::post
