#include "vision/post/classification.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "vision/post/outputs.hpp"

namespace sluice::vision::post {
namespace {

using base::ErrorCode;
using tensor::TensorInfo;

// Number of classes of a shape with one axis of several elements; -1: not known yet.
base::Result<std::int64_t> classes_of(const TensorInfo& output) {
  if (output.any_rank) return -1;
  std::int64_t classes = 1;
  bool known = true;
  for (const std::int64_t size : output.shape) {
    if (size == -1) known = false;
    if (size == -1 || size == 1) continue;
    if (classes != 1) {
      return base::fail(ErrorCode::invalid,
                        "output '{}' has the shape {}, not [1,-1] (a score for each class)",
                        output.name, tensor::to_string(output.shape));
    }
    classes = size;
  }
  if (classes == 0) {
    return base::fail(ErrorCode::invalid, "output '{}' has the shape {}: no classes", output.name,
                      tensor::to_string(output.shape));
  }
  return classes == 1 && !known ? -1 : classes;
}

base::Result<std::size_t> find_scores(const ClassificationOptions& options,
                                      std::span<const TensorInfo> outputs) {
  auto index = find_output(outputs, options.output);
  if (!index) return index;
  const TensorInfo& output = outputs[*index];
  const auto classes = classes_of(output);
  if (!classes) return tl::unexpected(classes.error());
  if (!options.labels.empty() && *classes != -1 &&
      *classes != static_cast<std::int64_t>(options.labels.size())) {
    return base::fail(
        ErrorCode::invalid, "output '{}' has the shape {}, so {} classes; there are {} labels",
        output.name, tensor::to_string(output.shape), *classes, options.labels.size());
  }
  return index;
}

}  // namespace

base::Status check(const ClassificationOptions& options) {
  if (options.top_k < 1) {
    return base::fail(ErrorCode::invalid, "top_k is {}, not at least 1", options.top_k);
  }
  return check_threshold(options.score_threshold, "score_threshold");
}

base::Status fit(const ClassificationOptions& options, std::span<const TensorInfo> outputs) {
  return find_scores(options, outputs).map([](std::size_t) {});
}

base::Result<std::vector<Object>> decode(const ClassificationOptions& options,
                                         std::span<const tensor::Tensor> outputs) {
  const auto index = find_scores(options, describe(outputs));
  if (!index) return tl::unexpected(index.error());
  const std::string& name = outputs[*index].name();
  const Floats scores(outputs[*index]);

  const bool logits = options.scores == Scores::logits;
  const Best best = best_of(scores.size(), [&](std::size_t i) { return scores[i]; });
  if (!std::isfinite(best.score)) {
    return base::fail(ErrorCode::invalid,
                      "output '{}' holds the score {}: the model overflows, or its input is wrong",
                      name, best.score);
  }
  const double best_softmax = logits ? softmax_of(best.score, scores.span()) : 0;
  const auto probability_of = [&](std::size_t i) -> base::Result<float> {
    if (!logits) return probability(scores[i], name, "if these are logits, set scores: logits");
    // The ratio of two probabilities is the exponential of their logits' difference.
    const double ratio = std::exp(static_cast<double>(scores[i]) - best.score);
    return static_cast<float>(best_softmax * ratio);
  };

  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t told = std::min(order.size(), static_cast<std::size_t>(options.top_k));
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(told);
  std::partial_sort(order.begin(), end, order.end(), [&](std::size_t left, std::size_t right) {
    return scores[left] > scores[right] || (scores[left] == scores[right] && left < right);
  });
  order.resize(told);

  std::vector<Object> objects;
  for (const std::size_t i : order) {
    const auto score = probability_of(i);
    if (!score) return tl::unexpected(score.error());
    if (*score < options.score_threshold) break;
    Object object;
    object.label = label_of(i, options.labels);
    object.label_index = static_cast<int>(i);
    object.score = *score;
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace sluice::vision::post
