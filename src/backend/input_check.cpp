#include "backend/input_check.hpp"

#include <algorithm>

namespace sluice::backend {

using base::ErrorCode;
using base::fail;

namespace {

std::string names(std::span<const TensorInfo> infos) {
  std::string list;
  for (const TensorInfo& info : infos) {
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", info.name);
  }
  return list;
}

/// Why the tensors do not pair up with the model's inputs.
base::Status explain_mismatch(std::span<const TensorInfo> wanted, const Tensors& given) {
  for (const tensor::Tensor& tensor : given) {
    if (std::ranges::find(wanted, tensor.name(), &TensorInfo::name) == wanted.end()) {
      return fail(ErrorCode::invalid, "unknown input '{}'; the model has {}", tensor.name(),
                  names(wanted));
    }
    if (std::ranges::count(given, tensor.name(), &tensor::Tensor::name) > 1) {
      return fail(ErrorCode::invalid, "input '{}' is given more than once", tensor.name());
    }
  }
  for (const TensorInfo& info : wanted) {
    if (std::ranges::find(given, info.name, &tensor::Tensor::name) == given.end()) {
      return fail(ErrorCode::invalid, "input '{}' ({} {}) is missing", info.name,
                  tensor::to_string(info.dtype), tensor::to_string(info.shape));
    }
  }
  return {};
}

base::Status check_fit(const TensorInfo& wanted, const tensor::Tensor& given) {
  if (given.dtype() == wanted.dtype && wanted.accepts(given.shape())) return {};
  return fail(ErrorCode::invalid, "input '{}': the model wants {} {}, not {} {}", wanted.name,
              tensor::to_string(wanted.dtype),
              wanted.any_rank ? "of any shape" : tensor::to_string(wanted.shape),
              tensor::to_string(given.dtype()), tensor::to_string(given.shape()));
}

}  // namespace

base::Status order_inputs(std::span<const TensorInfo> wanted, const Tensors& given,
                          std::vector<const tensor::Tensor*>& ordered) {
  ordered.clear();
  const bool only = wanted.size() == 1 && given.size() == 1 && given.front().name().empty();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto found =
        only ? given.begin() : std::ranges::find(given, wanted[i].name, &tensor::Tensor::name);
    if (found == given.end()) return explain_mismatch(wanted, given);
    if (auto fit = check_fit(wanted[i], *found); !fit) return fit;
    ordered.push_back(&*found);
  }
  // Every wanted input was found; more tensors than that are unknown or repeated.
  if (given.size() != wanted.size()) return explain_mismatch(wanted, given);
  return {};
}

base::Result<std::int64_t> request_rows(std::span<const tensor::Tensor* const> inputs) {
  const tensor::Tensor& first = *inputs.front();
  for (const tensor::Tensor* input : inputs) {
    if (input->shape().empty()) {
      return fail(ErrorCode::invalid,
                  "input '{}' is a scalar; a request that can share a batch has rows in all inputs",
                  input->name());
    }
    if (input->shape()[0] != first.shape()[0]) {
      return fail(ErrorCode::invalid,
                  "inputs '{}' {} and '{}' {} differ in their first dimension; a request that can "
                  "share a batch has the same number of rows in all of them",
                  first.name(), tensor::to_string(first.shape()), input->name(),
                  tensor::to_string(input->shape()));
    }
  }
  return first.shape()[0];
}

}  // namespace sluice::backend
