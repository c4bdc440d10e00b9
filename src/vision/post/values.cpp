#include "vision/post/values.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "vision/post/outputs.hpp"

namespace sluice::vision::post {
namespace {

using base::ErrorCode;
using tensor::TensorInfo;

base::Result<std::vector<std::size_t>> find_values(const ValuesOptions& options,
                                                   std::span<const TensorInfo> outputs) {
  std::vector<std::string> names;
  for (const TensorInfo& output : outputs) names.push_back(output.name);
  std::vector<std::size_t> found(options.outputs.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto name = std::ranges::find(names, options.outputs[i]);
    if (name == names.end()) {
      return base::fail(ErrorCode::invalid, "the model has no output '{}'{}", options.outputs[i],
                        base::suggestion(options.outputs[i], "outputs", names));
    }
    found[i] = static_cast<std::size_t>(name - names.begin());
  }
  if (options.outputs.empty()) {
    found.resize(outputs.size());
    std::iota(found.begin(), found.end(), std::size_t{0});
  }
  for (const std::size_t index : found) {
    const TensorInfo& output = outputs[index];
    const bool known =
        !output.any_rank && std::ranges::find(output.shape, -1) == output.shape.end();
    const auto elements = known ? tensor::element_count(output.shape) : std::size_t{0};
    if (!elements || *elements > static_cast<std::size_t>(options.max_values)) {
      return base::fail(ErrorCode::invalid,
                        "output '{}' has the shape {}: more than {} elements (max_values)",
                        output.name, tensor::to_string(output.shape), options.max_values);
    }
  }
  return found;
}

}  // namespace

base::Status check(const ValuesOptions& options) {
  constexpr int kMost = 1'000'000;
  if (options.max_values >= 1 && options.max_values <= kMost) return {};
  return base::fail(ErrorCode::invalid, "max_values is {}, not within 1..{}", options.max_values,
                    kMost);
}

base::Status fit(const ValuesOptions& options, std::span<const TensorInfo> outputs) {
  return find_values(options, outputs).map([](const auto&) {});
}

base::Result<std::vector<Object>> decode(const ValuesOptions& options,
                                         std::span<const tensor::Tensor> outputs) {
  const auto found = find_values(options, describe(outputs));
  if (!found) return tl::unexpected(found.error());
  std::vector<Object> objects;
  for (const std::size_t index : *found) {
    const tensor::Tensor& output = outputs[index];
    Object object;
    object.label = output.name();
    if (output.dtype() == tensor::DType::bytes) {
      object.text = base::join(output.strings(), "\n");
    } else {
      const Floats values(output);
      object.values.assign(values.span().begin(), values.span().end());
    }
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace sluice::vision::post
