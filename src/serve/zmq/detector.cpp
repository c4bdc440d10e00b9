#include "serve/zmq/detector.hpp"

#include <algorithm>

#include "serve/zmq/detections.hpp"
#include "serve/zmq/picture_image.hpp"
#include "vision/decoder.hpp"

namespace sluice::serve::zmq {
namespace {

using base::ErrorCode;
using station::Takes;

bool same(const backend::ModelInfo& a, const backend::ModelInfo& b) {
  const auto same_tensors = [](const auto& left, const auto& right) {
    return std::ranges::equal(left, right, [](const auto& x, const auto& y) {
      return x.name == y.name && x.dtype == y.dtype && x.shape == y.shape &&
             x.any_rank == y.any_rank;
    });
  };
  return a.name == b.name && a.backend == b.backend && same_tensors(a.inputs, b.inputs) &&
         same_tensors(a.outputs, b.outputs);
}

/// Of a picture that is the model's input: its pixels are the model's.
vision::Transform as_it_is(const PictureLayout& layout) {
  return {.image_width = layout.width,
          .image_height = layout.height,
          .model_width = layout.width,
          .model_height = layout.height,
          .inner_width = layout.width,
          .inner_height = layout.height};
}

base::Result<tensor::Tensor> zeros(const station::StepModel& model) {
  auto input = tensor::Tensor::allocate(model.input, tensor::DType::fp32, model.shape);
  if (input) std::ranges::fill(input->mutable_data(), std::byte{0});
  return input;
}

base::Result<tensor::Tensor> preprocessed(const vision::Image& image,
                                          const station::StepModel& model) {
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  const vision::Box all{0, 0, static_cast<float>(image.width()),
                        static_cast<float>(image.height())};
  return (*decoder)->prepare(image, all, model.preprocess);
}

}  // namespace

base::Status Detector::ready() {
  if (auto bound = bind(); !bound) return bound;
  // Here, and not with the first picture: its client would not wait so long.
  if (model_->takes == Takes::images) {
    if (const auto decoder = vision::decoder(); !decoder) return tl::unexpected(decoder.error());
  }
  return {};
}

base::Status Detector::bind() {
  auto described = service_.model(options_.task, {});
  if (!described) return tl::unexpected(described.error());
  auto detection = current_.get();
  if (model_ != nullptr && detection == detection_ && same(info_, described->info)) return {};
  model_.reset();
  const auto how = detection->models.find(described->name);
  if (how == detection->models.end()) {
    return base::fail(ErrorCode::invalid,
                      "model {} has no postprocess that gives boxes; set it to yolo or ssd",
                      described->name);
  }
  auto bound = station::bind(how->second.preprocess, how->second.post, described->info);
  if (!bound) return tl::unexpected(base::with_context("model " + described->name, bound.error()));
  if (bound->takes == Takes::numbers) {
    return base::fail(ErrorCode::invalid, "model {} takes numbers, not images", described->name);
  }
  detection_ = std::move(detection);
  info_ = std::move(described->info);
  model_ = std::make_shared<const station::StepModel>(std::move(*bound));
  return {};
}

tl::expected<Prepared, Refusal> Detector::prepare(const Picture& picture) {
  const auto no = [](const base::Error& error) { return tl::unexpected(refuse(error)); };
  if (auto bound = bind(); !bound) return no(bound.error());
  Prepared out;
  out.detection = detection_;
  const auto& wanted = info_.inputs.front();
  const auto layout = layout_of(picture.shape);
  base::Result<tensor::Tensor> input;
  if (layout && model_->takes == Takes::images && picture.dtype == wanted.dtype &&
      wanted.accepts(picture.shape)) {
    input = tensor::Tensor::borrow(wanted.name, picture.dtype, picture.shape, picture.data.bytes,
                                   picture.data.owner);
    out.transform = as_it_is(*layout);
  } else {
    const auto image = to_image(picture, options_.color);
    if (!image) return no(image.error());
    if (model_->takes == Takes::anything) {
      input = zeros(*model_);
      out.transform = as_it_is(*layout);
    } else {
      input = preprocessed(*image, *model_);
      const auto transform = vision::transform(model_->preprocess, image->width(), image->height());
      if (!transform) return no(transform.error());
      out.transform = *transform;
    }
  }
  if (!input) return no(input.error());
  input->rename(wanted.name);
  out.request.model = options_.task;
  out.request.timeout = options_.timeout;
  out.request.inputs.push_back(std::move(*input));
  return out;
}

tl::expected<std::vector<Row>, Refusal> Detector::read(const Prepared& prepared,
                                                       const InferReply& reply) const {
  const auto failed = [&](const std::string& message) {
    Refusal refusal;
    refusal.status = Status::internal;
    refusal.message = fmt::format("model {}: {}", reply.model, message);
    refusal.reason = "unreadable_outputs";
    refusal.decision = reply.decision;
    return tl::unexpected(std::move(refusal));
  };
  // After a degrade it is another model than the one that was asked.
  const auto how = prepared.detection->models.find(reply.model);
  if (how == prepared.detection->models.end()) return failed("has no postprocess that gives boxes");
  const auto objects = vision::post::decode(how->second.post, reply.outputs, prepared.transform);
  if (!objects) return failed(objects.error().message);
  return rows_of(*objects, prepared.transform.image_width, prepared.transform.image_height,
                 options_.min_score, prepared.detection->numbers);
}

}  // namespace sluice::serve::zmq
