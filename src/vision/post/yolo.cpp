#include "vision/post/yolo.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "vision/post/detections.hpp"
#include "vision/post/outputs.hpp"
#include "vision/post/scores.hpp"

namespace sluice::vision::post {
namespace {

using tensor::Shape;
using tensor::TensorInfo;

constexpr std::string_view kSigmoid = "export the model with its sigmoid";

/// Numbers of a box before its classes' scores.
std::int64_t fields_of(YoloHead head) {
  return head == YoloHead::v5 ? 5 : 4;
}

std::size_t fields_axis(YoloHead head) {
  return head == YoloHead::v8 ? 1 : 2;
}

Shape wanted_shape(YoloHead head, std::int64_t fields) {
  return fields_axis(head) == 2 ? Shape{1, -1, fields} : Shape{1, fields, -1};
}

base::Result<std::size_t> find_boxes(const YoloOptions& options,
                                     std::span<const TensorInfo> outputs) {
  auto index = find_output(outputs, options.output);
  if (!index) return index;
  const TensorInfo& output = outputs[*index];
  if (options.head == YoloHead::end_to_end) {
    auto ok = check_shape(output, {wanted_shape(options.head, 6)},
                          "head end_to_end: left, top, right, bottom, score, class");
    if (!ok) return tl::unexpected(ok.error());
    return index;
  }
  const std::int64_t before = fields_of(options.head);
  const auto labels = static_cast<std::int64_t>(options.labels.size());
  const std::string_view fields = options.head == YoloHead::v5
                                      ? "head v5: x, y, width, height, objectness"
                                      : "head v8: x, y, width, height";
  const std::string meaning = labels == 0 ? fmt::format("{}, scores of the classes", fields)
                                          : fmt::format("{}, scores of {} classes", fields, labels);
  auto ok = check_shape(output, {wanted_shape(options.head, labels == 0 ? -1 : before + labels)},
                        meaning);
  if (!ok) return tl::unexpected(ok.error());
  const std::int64_t given = output.any_rank ? -1 : output.shape[fields_axis(options.head)];
  if (given != -1 && given <= before) {
    return base::fail(base::ErrorCode::invalid,
                      "output '{}' has the shape {}: {} numbers leave none for classes ({})",
                      output.name, tensor::to_string(output.shape), given, meaning);
  }
  return index;
}

/// The output as rows of boxes, whichever way it lies in memory.
class Rows {
 public:
  Rows(const tensor::Tensor& output, YoloHead head) : values_(output) {
    const Shape& shape = output.shape();
    const std::size_t axis = fields_axis(head);
    fields_ = static_cast<std::size_t>(shape[axis]);
    rows_ = static_cast<std::size_t>(shape[3 - axis]);
    row_step_ = axis == 2 ? fields_ : 1;
    field_step_ = axis == 2 ? 1 : rows_;
  }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t fields() const { return fields_; }
  [[nodiscard]] float at(std::size_t row, std::size_t field) const {
    return values_[row * row_step_ + field * field_step_];
  }
  [[nodiscard]] Box box_of_edges(std::size_t row) const {
    return {at(row, 0), at(row, 1), at(row, 2), at(row, 3)};
  }
  [[nodiscard]] Box box_of_centre(std::size_t row) const {
    const float half_width = at(row, 2) / 2;
    const float half_height = at(row, 3) / 2;
    return {at(row, 0) - half_width, at(row, 1) - half_height, at(row, 0) + half_width,
            at(row, 1) + half_height};
  }

 private:
  Floats values_;
  std::size_t rows_ = 0;
  std::size_t fields_ = 0;
  std::size_t row_step_ = 0;
  std::size_t field_step_ = 0;
};

/// The detections of the v5 and v8 heads, before suppression.
base::Result<std::vector<Detection>> proposals(const YoloOptions& options, const Rows& rows,
                                               std::string_view name) {
  const auto before = static_cast<std::size_t>(fields_of(options.head));
  std::vector<Detection> detections;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    float score = 1;
    if (options.head == YoloHead::v5) {
      const auto objectness = probability(rows.at(row, 4), name, kSigmoid);
      if (!objectness) return tl::unexpected(objectness.error());
      // No class can make up for it: most boxes end here.
      if (*objectness < options.score_threshold) continue;
      score = *objectness;
    }
    const Best best = best_of(rows.fields() - before, [&rows, row, before](std::size_t label) {
      return rows.at(row, before + label);
    });
    const auto of_class = probability(best.score, name, kSigmoid);
    if (!of_class) return tl::unexpected(of_class.error());
    score *= *of_class;
    if (score < options.score_threshold) continue;
    const Box box = rows.box_of_centre(row);
    if (auto ok = add_detection(detections, {box, score, best.index}, name); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  return detections;
}

/// The detections of the end_to_end head, best first.
base::Result<std::vector<Detection>> survivors(const YoloOptions& options, const Rows& rows,
                                               std::string_view name) {
  std::vector<Detection> detections;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto score = probability(rows.at(row, 4), name, kSigmoid);
    if (!score) return tl::unexpected(score.error());
    const Box box = rows.box_of_edges(row);
    // Rows that are not needed are filled with zeros.
    if (*score < options.score_threshold || box == Box{}) continue;
    const auto label = label_index_of(rows.at(row, 5), 0, options.labels.size(), name);
    if (!label) return tl::unexpected(label.error());
    if (auto ok = add_detection(detections, {box, *score, *label}, name); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  std::ranges::stable_sort(detections, std::ranges::greater{}, &Detection::score);
  detections.resize(
      std::min(detections.size(), static_cast<std::size_t>(options.nms.max_detections)));
  return detections;
}

}  // namespace

base::Status check(const YoloOptions& options) {
  if (auto ok = check_threshold(options.score_threshold, "score_threshold"); !ok) return ok;
  return check(options.nms);
}

base::Status fit(const YoloOptions& options, std::span<const TensorInfo> outputs) {
  return find_boxes(options, outputs).map([](std::size_t) {});
}

base::Result<std::vector<Object>> decode(const YoloOptions& options,
                                         std::span<const tensor::Tensor> outputs,
                                         const Transform& transform) {
  const auto index = find_boxes(options, describe(outputs));
  if (!index) return tl::unexpected(index.error());
  const std::string& name = outputs[*index].name();
  const Rows rows(outputs[*index], options.head);
  const bool suppressed = options.head == YoloHead::end_to_end;
  auto found = suppressed ? survivors(options, rows, name) : proposals(options, rows, name);
  if (!found) return tl::unexpected(found.error());
  if (!suppressed) *found = nms(std::move(*found), options.nms);
  return to_objects(*found, transform, options.labels);
}

}  // namespace sluice::vision::post
