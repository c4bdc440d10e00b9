// Post-processing of any outputs under any options: refused with a message, or objects that keep
// what the headers promise. Input: see any_options() and any_outputs(); what is missing at the end
// is zero.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "vision/post/outputs.hpp"
#include "vision/post/post_process.hpp"

namespace {

namespace post = sluice::vision::post;
using sluice::tensor::DType;
using sluice::tensor::Tensor;
using sluice::vision::Object;
using sluice::vision::Transform;

void require(bool condition) {
  if (!condition) std::abort();
}

class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> rest) : rest_(rest) {}

  int number() {
    std::byte byte{};
    copy_to(std::span(&byte, 1));
    return std::to_integer<int>(byte);
  }
  bool flag() { return number() % 2 == 1; }
  void copy_to(std::span<std::byte> out) {
    const std::size_t have = std::min(out.size(), rest_.size());
    std::ranges::fill(std::ranges::copy(rest_.first(have), out.begin()).out, out.end(),
                      std::byte{0});
    rest_ = rest_.subspan(have);
  }

 private:
  std::span<const std::byte> rest_;
};

/// What the objects must keep.
struct Promise {
  post::PostProcess options;
  float least_score = 0;
  std::size_t labels = 0;
  std::size_t most_objects = 10'000;
  bool best_first = true;
};

Promise any_options(Bytes& bytes) {
  Promise promise;
  const int kind = bytes.number() % 8;
  std::vector<std::string> labels(static_cast<std::size_t>(bytes.number() % 8), "label");
  promise.labels = labels.size();
  const float threshold = static_cast<float>(bytes.number()) / 255;
  const bool flag = bytes.flag();
  const int offset = bytes.number() - 3;
  const post::NmsOptions nms{.iou_threshold = bytes.number() / 255.0,
                             .class_aware = bytes.flag(),
                             .max_detections = bytes.number()};
  const auto scores = flag ? post::Scores::logits : post::Scores::probabilities;
  if (kind == 0) {
    promise.options = post::ValuesOptions{.max_values = bytes.number()};
    promise.labels = 0;
  } else if (kind == 1) {
    promise.options = post::ClassificationOptions{
        .scores = scores, .labels = labels, .top_k = offset, .score_threshold = threshold};
    promise.least_score = threshold;
    promise.most_objects = static_cast<std::size_t>(std::max(offset, 0));
  } else if (kind == 2) {
    promise.options =
        post::CtcOptions{.keys = labels, .space = bytes.flag(), .blank = offset, .scores = scores};
    promise.most_objects = 1;
  } else if (kind == 3) {
    promise.options = post::YoloOptions{.head = flag ? post::YoloHead::v5 : post::YoloHead::v8,
                                        .labels = labels,
                                        .score_threshold = threshold,
                                        .nms = nms};
    promise.least_score = threshold;
    promise.most_objects = static_cast<std::size_t>(nms.max_detections);
  } else if (kind == 6) {
    promise.options = post::YoloOptions{.head = post::YoloHead::end_to_end,
                                        .labels = labels,
                                        .score_threshold = threshold,
                                        .nms = nms};
    promise.least_score = threshold;
    promise.most_objects = static_cast<std::size_t>(nms.max_detections);
  } else if (kind == 7) {
    const int most = bytes.number();
    promise.options = post::TextRegionsOptions{.threshold = static_cast<float>(nms.iou_threshold),
                                               .box_threshold = threshold,
                                               .unclip = offset / 16.0,
                                               .min_size = bytes.number() % 8,
                                               .max_regions = most};
    promise.least_score = threshold;
    promise.labels = 1;
    promise.most_objects = static_cast<std::size_t>(most);
    promise.best_first = false;  // in reading order
  } else {
    const bool suppress = bytes.flag();
    promise.options =
        post::SsdOptions{.boxes = "a",
                         .scores = "b",
                         .classes = kind == 4 ? "c" : "",
                         .count = bytes.flag() ? "d" : "",
                         .order = flag ? post::BoxOrder::xyxy : post::BoxOrder::yxyx,
                         .unit = bytes.flag() ? post::BoxUnit::pixels : post::BoxUnit::normalised,
                         .class_offset = offset,
                         .labels = labels,
                         .score_threshold = threshold,
                         .nms = suppress ? std::optional(nms) : std::nullopt};
    promise.least_score = threshold;
    if (suppress) promise.most_objects = static_cast<std::size_t>(nms.max_detections);
  }
  return promise;
}

/// Up to four outputs: a, b, c, d. Of each: dtype, rank, dimensions, data.
std::vector<Tensor> any_outputs(Bytes& bytes) {
  std::vector<Tensor> outputs;
  const int count = bytes.number() % 5;
  for (int i = 0; i < count; ++i) {
    const auto dtype = static_cast<DType>(bytes.number() % 14);
    sluice::tensor::Shape shape(static_cast<std::size_t>(bytes.number() % 5));
    for (std::int64_t& dimension : shape) dimension = bytes.number();
    const std::string name(1, static_cast<char>('a' + i));
    if (sluice::tensor::element_count(shape).value_or(0) > 4096) return outputs;
    if (dtype == DType::bytes) {
      std::vector<std::string> strings(*sluice::tensor::element_count(shape), "text");
      outputs.push_back(*Tensor::from_strings(name, shape, std::move(strings)));
      continue;
    }
    auto tensor = Tensor::allocate(name, dtype, shape);
    require(tensor.has_value());
    bytes.copy_to(tensor->mutable_data());
    outputs.push_back(std::move(*tensor));
  }
  return outputs;
}

void require_promised(const Object& object, const Promise& promise, const Transform& transform) {
  require(object.score >= promise.least_score && object.score <= 1);
  require(object.label_index >= -1);
  if (promise.labels != 0) require(object.label_index < static_cast<int>(promise.labels));
  if (!object.box) return;
  require(!object.box->empty());
  require(object.box->x0 >= 0 && object.box->x1 <= static_cast<float>(transform.image_width));
  require(object.box->y0 >= 0 && object.box->y1 <= static_cast<float>(transform.image_height));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(std::as_bytes(std::span(data, size)));
  sluice::vision::PreprocessOptions preprocess;
  preprocess.resize =
      bytes.flag() ? sluice::vision::Resize::letterbox : sluice::vision::Resize::stretch;
  preprocess.width = 1 + bytes.number();
  preprocess.height = 1 + bytes.number();
  const int image_width = 1 + bytes.number();
  const auto transform = sluice::vision::transform(preprocess, image_width, 1 + bytes.number());
  require(transform.has_value());

  const Promise promise = any_options(bytes);
  if (const auto checked = post::check(promise.options); !checked) {
    require(!checked.error().message.empty());
    return 0;
  }
  const std::vector<Tensor> outputs = any_outputs(bytes);
  const auto fitted = post::fit(promise.options, post::describe(outputs));
  const auto objects = post::decode(promise.options, outputs, *transform);
  if (!objects) {
    require(!objects.error().message.empty());
    require(fitted || fitted.error().message == objects.error().message);
    return 0;
  }
  require(fitted.has_value());
  require(objects->size() <= promise.most_objects);
  if (promise.best_first) {
    require(std::ranges::is_sorted(*objects, std::ranges::greater{}, &Object::score));
  }
  for (const Object& object : *objects) require_promised(object, promise, *transform);
  return 0;
}
