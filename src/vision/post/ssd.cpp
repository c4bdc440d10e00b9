#include "vision/post/ssd.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "vision/post/detections.hpp"
#include "vision/post/outputs.hpp"
#include "vision/post/scores.hpp"

namespace sluice::vision::post {
namespace {

using base::ErrorCode;
using tensor::Shape;
using tensor::Tensor;
using tensor::TensorInfo;

constexpr int kMaxClassOffset = 1000;

/// Where among the model's outputs each is.
struct SsdOutputs {
  std::size_t boxes = 0;
  std::size_t scores = 0;
  std::optional<std::size_t> classes;
  std::optional<std::size_t> count;
};

/// Finds an output whose last axes are N and, if there are `columns`, these.
class SsdFinder {
 public:
  explicit SsdFinder(std::span<const TensorInfo> outputs) : outputs_(outputs) {}

  base::Result<std::size_t> rows(const std::string& name, std::optional<std::int64_t> columns,
                                 std::string_view meaning) {
    auto index = find_output(outputs_, name);
    if (!index) return index;
    const TensorInfo& output = outputs_[*index];
    Shape shape{-1};
    if (columns) shape.push_back(*columns);
    Shape batch = shape;
    batch.insert(batch.begin(), 1);
    if (auto ok = check_shape(output, {batch, shape}, meaning); !ok) {
      return tl::unexpected(ok.error());
    }
    if (auto ok = same_rows(output, columns.has_value()); !ok) return tl::unexpected(ok.error());
    return index;
  }

 private:
  base::Status same_rows(const TensorInfo& output, bool columns) {
    if (output.any_rank) return {};
    const std::int64_t rows = output.shape[output.shape.size() - (columns ? 2 : 1)];
    if (rows == -1) return {};
    if (rows_ == -1) {
      rows_ = rows;
      first_ = output.name;
    }
    if (rows == rows_) return {};
    return base::fail(ErrorCode::invalid, "output '{}' is for {} boxes and output '{}' for {}",
                      output.name, rows, first_, rows_);
  }

  std::span<const TensorInfo> outputs_;
  std::int64_t rows_ = -1;
  std::string first_;
};

base::Status check_columns(const SsdOptions& options, const TensorInfo& scores) {
  const std::int64_t columns = scores.any_rank ? -1 : scores.shape.back();
  if (columns == -1 || columns > options.class_offset) return {};
  return base::fail(
      ErrorCode::invalid,
      "output '{}' has the shape {}: {} classes, of which class_offset {} leaves none", scores.name,
      tensor::to_string(scores.shape), columns, options.class_offset);
}

base::Status check_count(const TensorInfo& count) {
  return check_shape(count, {{}, {1}, {1, 1}}, "the number of boxes");
}

base::Result<SsdOutputs> find_outputs(const SsdOptions& options,
                                      std::span<const TensorInfo> outputs) {
  SsdOutputs found;
  SsdFinder finder(outputs);
  const auto boxes = finder.rows(options.boxes, 4, "boxes");
  if (!boxes) return tl::unexpected(boxes.error());
  found.boxes = *boxes;

  std::optional<std::int64_t> columns;
  std::string meaning = "the score of each box";
  if (options.classes.empty()) {
    const auto labels = static_cast<std::int64_t>(options.labels.size());
    columns = labels == 0 ? -1 : labels + options.class_offset;
    meaning = "the scores of each class";
    if (labels != 0)
      meaning += fmt::format(": {} before the {} labels", options.class_offset, labels);
  }
  const auto scores = finder.rows(options.scores, columns, meaning);
  if (!scores) return tl::unexpected(scores.error());
  found.scores = *scores;

  if (options.classes.empty()) {
    if (auto ok = check_columns(options, outputs[*scores]); !ok) {
      return tl::unexpected(ok.error());
    }
  } else {
    const auto classes = finder.rows(options.classes, std::nullopt, "the class of each box");
    if (!classes) return tl::unexpected(classes.error());
    found.classes = *classes;
  }
  if (!options.count.empty()) {
    const auto count = find_output(outputs, options.count);
    if (!count) return tl::unexpected(count.error());
    if (auto ok = check_count(outputs[*count]); !ok) return tl::unexpected(ok.error());
    found.count = *count;
  }
  return found;
}

base::Result<std::size_t> count_of(const Tensor& output, std::size_t boxes) {
  const float count = Floats(output)[0];
  // Not the other way round, so that it is false of what is not a number.
  if (count >= 0 && count <= static_cast<float>(boxes) && count == std::floor(count)) {
    return static_cast<std::size_t>(count);
  }
  return base::fail(ErrorCode::invalid, "output '{}' counts {} boxes of {}", output.name(), count,
                    boxes);
}

Box box_of(const Floats& boxes, std::size_t row, const SsdOptions& options,
           const Transform& transform) {
  const auto number = [&boxes, row](std::size_t i) { return boxes[4 * row + i]; };
  Box box{number(0), number(1), number(2), number(3)};
  if (options.order == BoxOrder::yxyx) box = {number(1), number(0), number(3), number(2)};
  if (options.unit == BoxUnit::pixels) return box;
  const auto width = static_cast<float>(transform.model_width);
  const auto height = static_cast<float>(transform.model_height);
  return {box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height};
}

/// The scores of the boxes, and their classes.
class SsdScores {
 public:
  SsdScores(const SsdOptions& options, std::span<const Tensor> outputs, const SsdOutputs& found)
      : options_(options), scores_(outputs[found.scores]) {
    if (found.classes) classes_.emplace(outputs[*found.classes]);
    const auto& shape = outputs[found.scores].shape();
    columns_ = found.classes ? 1 : static_cast<std::size_t>(shape.back());
  }

  /// The best class's score; `index` counts from the first label, if the scores tell the class.
  [[nodiscard]] Best best(std::size_t row) const {
    const std::size_t first = classes_ ? 0 : static_cast<std::size_t>(options_.class_offset);
    const std::size_t begin = row * columns_ + first;
    return best_of(columns_ - first,
                   [this, begin](std::size_t column) { return scores_[begin + column]; });
  }
  [[nodiscard]] base::Result<std::size_t> label_index(std::size_t row, const Best& best) const {
    if (!classes_) return best.index;
    return label_index_of((*classes_)[row], options_.class_offset, options_.labels.size(),
                          options_.classes);
  }

 private:
  const SsdOptions& options_;
  Floats scores_;
  std::optional<Floats> classes_;
  std::size_t columns_ = 1;
};

}  // namespace

base::Status check(const SsdOptions& options) {
  if (options.boxes.empty() || options.scores.empty()) {
    return base::fail(ErrorCode::invalid, "{} is missing: the name of the model's output",
                      options.boxes.empty() ? "boxes" : "scores");
  }
  const int least = options.classes.empty() ? 0 : -kMaxClassOffset;
  if (options.class_offset < least || options.class_offset > kMaxClassOffset) {
    return base::fail(ErrorCode::invalid, "class_offset is {}, not within {}..{}{}",
                      options.class_offset, least, kMaxClassOffset,
                      options.classes.empty() ? " (without classes)" : "");
  }
  if (auto ok = check_threshold(options.score_threshold, "score_threshold"); !ok) return ok;
  return options.nms ? check(*options.nms) : base::Status{};
}

base::Status fit(const SsdOptions& options, std::span<const TensorInfo> outputs) {
  return find_outputs(options, outputs).map([](const SsdOutputs&) {});
}

base::Result<std::vector<Object>> decode(const SsdOptions& options, std::span<const Tensor> outputs,
                                         const Transform& transform) {
  const auto found = find_outputs(options, describe(outputs));
  if (!found) return tl::unexpected(found.error());
  const Floats boxes(outputs[found->boxes]);
  std::size_t rows = boxes.size() / 4;
  if (found->count) {
    const auto count = count_of(outputs[*found->count], rows);
    if (!count) return tl::unexpected(count.error());
    rows = *count;
  }

  const SsdScores scores(options, outputs, *found);
  std::vector<Detection> detections;
  for (std::size_t row = 0; row < rows; ++row) {
    const Best best = scores.best(row);
    const auto score =
        probability(best.score, options.scores, "export the model with its softmax or sigmoid");
    if (!score) return tl::unexpected(score.error());
    if (*score < options.score_threshold) continue;
    const auto label_index = scores.label_index(row, best);
    if (!label_index) return tl::unexpected(label_index.error());
    const Box box = box_of(boxes, row, options, transform);
    if (auto ok = add_detection(detections, {box, *score, *label_index}, options.boxes); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  if (options.nms) {
    detections = nms(std::move(detections), *options.nms);
  } else {
    std::ranges::stable_sort(detections, std::ranges::greater{}, &Detection::score);
  }
  return to_objects(detections, transform, options.labels);
}

}  // namespace sluice::vision::post
