#include "model/example.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.hpp"

namespace sluice::model {

using base::ErrorCode;
using base::fail;
using tensor::Tensor;

namespace {

base::Status check_names(const backend::ModelInfo& info, const backend::ModelOptions& options) {
  std::vector<std::string> known;
  for (const auto& input : info.inputs) known.push_back(input.name);
  for (const auto& [name, shape] : options.example_shapes) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return fail(ErrorCode::invalid, "model '{}': example_shapes: the model has no input '{}'{}",
                info.name, name, base::suggestion(name, "inputs", known));
  }
  return {};
}

base::Result<tensor::Shape> example_shape(const backend::TensorInfo& input,
                                          const backend::ModelOptions& options) {
  const auto given = options.example_shapes.find(input.name);
  if (given == options.example_shapes.end()) {
    tensor::Shape shape = input.shape;
    std::ranges::replace(shape, -1, 1);
    return shape;
  }
  if (!input.accepts(given->second)) {
    return fail(ErrorCode::invalid,
                "model '{}': example_shapes: {} does not fit input '{}', which is {} {}",
                options.name, tensor::to_string(given->second), input.name,
                tensor::to_string(input.dtype), tensor::to_string(input.shape));
  }
  return given->second;
}

}  // namespace

base::Result<backend::Tensors> example_inputs(const backend::ModelInfo& info,
                                              const backend::ModelOptions& options) {
  if (auto names = check_names(info, options); !names) return tl::unexpected(names.error());
  backend::Tensors inputs;
  for (const backend::TensorInfo& input : info.inputs) {
    auto shape = example_shape(input, options);
    if (!shape) return tl::unexpected(std::move(shape.error()));
    if (input.dtype == tensor::DType::bytes) {
      const auto count = tensor::element_count(*shape);
      if (!count) return tl::unexpected(count.error());
      auto strings = Tensor::from_strings(input.name, *shape, std::vector<std::string>(*count));
      if (!strings) return tl::unexpected(std::move(strings.error()));
      inputs.push_back(std::move(*strings));
      continue;
    }
    auto zeros = Tensor::allocate(input.name, input.dtype, std::move(*shape));
    if (!zeros) return tl::unexpected(std::move(zeros.error()));
    std::ranges::fill(zeros->mutable_data(), std::byte{0});
    inputs.push_back(std::move(*zeros));
  }
  return inputs;
}

bool guesses_sizes(const backend::ModelInfo& info, const backend::ModelOptions& options) {
  return std::ranges::any_of(info.inputs, [&](const backend::TensorInfo& input) {
    if (options.example_shapes.contains(input.name)) return false;
    const std::span<const std::int64_t> shape(input.shape);
    const auto inner = shape.subspan(shape.empty() ? 0 : 1);
    return input.any_rank || std::ranges::find(inner, -1) != inner.end();
  });
}

}  // namespace sluice::model
