#include "station/step_model.hpp"

#include <algorithm>
#include <utility>

#include "vision/decoder.hpp"
#include "vision/fit.hpp"
#include "vision/transform.hpp"

namespace sluice::station {
namespace {

using base::ErrorCode;

base::Result<std::string> only_input(const std::string& wanted, const backend::ModelInfo& model) {
  if (wanted.empty() && model.inputs.size() == 1) return model.inputs.front().name;
  for (const auto& input : model.inputs) {
    if (input.name == wanted) {
      if (model.inputs.size() == 1) return wanted;
      break;
    }
  }
  return base::fail(ErrorCode::invalid, "a step's model has one input{}; model {} has {}",
                    wanted.empty() ? "" : ", called " + wanted, model.name, model.inputs.size());
}

/// `model` must outlive the result.
graph::Prepared prepared(tensor::Tensor input, const StepModel& model,
                         const vision::Transform& transform) {
  graph::Prepared out;
  out.inputs.push_back(std::move(input));
  out.read = [&model, transform](const backend::Tensors& outputs) {
    return vision::post::decode(model.post, outputs, transform);
  };
  return out;
}

base::Result<graph::Prepared> prepare_values(const camera::Values& values, const StepModel& model) {
  auto input = tensor::Tensor::allocate(model.input, tensor::DType::fp32,
                                        {1, static_cast<std::int64_t>(values.size())});
  if (!input) return tl::unexpected(input.error());
  std::ranges::copy(values, input->mutable_as<float>().begin());
  return prepared(std::move(*input), model, {});
}

base::Result<graph::Prepared> prepare_nothing(const StepModel& model) {
  auto input = tensor::Tensor::allocate(model.input, tensor::DType::fp32, model.shape);
  if (!input) return tl::unexpected(input.error());
  std::ranges::fill(input->mutable_as<float>(), 0.0F);
  return prepared(std::move(*input), model, {});
}

base::Result<graph::Prepared> prepare_image(const vision::Image& image, const vision::Box& region,
                                            const StepModel& model) {
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  auto input = (*decoder)->prepare(image, region, model.preprocess);
  if (!input) return tl::unexpected(input.error());
  const auto transform = vision::transform(model.preprocess, static_cast<int>(region.width()),
                                           static_cast<int>(region.height()));
  if (!transform) return tl::unexpected(transform.error());
  input->rename(model.input);
  return prepared(std::move(*input), model, *transform);
}

}  // namespace

base::Result<StepModel> bind(const vision::PreprocessOptions& preprocess,
                             const vision::post::PostProcess& post,
                             const backend::ModelInfo& model) {
  auto input = only_input(preprocess.input, model);
  if (!input) return tl::unexpected(input.error());
  StepModel out{*input, preprocess, post, Takes::images, {}};
  const auto& info = model.inputs.front();
  if (model.backend == "synthetic") {
    out.takes = Takes::anything;
    for (const auto size : info.shape) out.shape.push_back(std::max<std::int64_t>(size, 1));
  } else if (info.any_rank || info.shape.size() != 2) {
    auto fitted = vision::fit(preprocess, *input, info.dtype, info.shape);
    if (!fitted) return tl::unexpected(fitted.error());
    out.preprocess = std::move(*fitted);
  } else if (out.takes = Takes::numbers; info.dtype != tensor::DType::fp32) {
    return base::fail(ErrorCode::invalid,
                      "numbers of a sensor are fp32; input {} of model {} is {}", info.name,
                      model.name, tensor::to_string(info.dtype));
  }
  if (auto fits = vision::post::fit(post, model.outputs); !fits) {
    return tl::unexpected(base::with_context("postprocess", fits.error()));
  }
  return out;
}

graph::ImageSize SampleImage::size() const {
  const auto* image = std::get_if<vision::Image>(&sample_.data);
  return image == nullptr ? graph::ImageSize{1, 1}
                          : graph::ImageSize{image->width(), image->height()};
}

base::Result<graph::Prepared> SampleImage::prepare(std::size_t step,
                                                   const vision::Box& region) const {
  const StepModel& model = (*models_)[step];
  const auto* image = std::get_if<vision::Image>(&sample_.data);
  if (model.takes != Takes::anything && (model.takes == Takes::images) != (image != nullptr)) {
    return base::fail(ErrorCode::invalid, "the camera gives {}, and the step's model takes {}",
                      image != nullptr ? "images" : "numbers",
                      image != nullptr ? "numbers" : "images");
  }
  auto out = model.takes == Takes::anything ? prepare_nothing(model)
             : image != nullptr             ? prepare_image(*image, region, model)
                                : prepare_values(std::get<camera::Values>(sample_.data), model);
  if (out) {
    // The answer may come when the item is gone.
    out->read = [read = std::move(out->read), models = models_](const backend::Tensors& outputs) {
      return read(outputs);
    };
  }
  return out;
}

}  // namespace sluice::station
