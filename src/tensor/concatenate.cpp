#include "tensor/concatenate.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace sluice::tensor {

using base::ErrorCode;
using base::fail;

namespace {

base::Result<Shape> joint_shape(std::span<const Tensor* const> parts) {
  if (parts.empty()) return fail(ErrorCode::invalid, "nothing to concatenate");
  const Tensor& first = *parts.front();
  if (first.shape().empty()) {
    return fail(ErrorCode::invalid,
                "tensor '{}' is a scalar: without a first axis, requests cannot share a batch",
                first.name());
  }
  Shape shape = first.shape();
  for (const Tensor* part : parts.subspan(1)) {
    const bool same = part->dtype() == first.dtype() && part->shape().size() == shape.size() &&
                      std::equal(shape.begin() + 1, shape.end(), part->shape().begin() + 1);
    if (!same) {
      return fail(ErrorCode::invalid,
                  "tensor '{}': {} {} and {} {} cannot share a batch; only the first dimension may "
                  "differ",
                  first.name(), to_string(first.dtype()), to_string(first.shape()),
                  to_string(part->dtype()), to_string(part->shape()));
    }
    if (part->shape()[0] > std::numeric_limits<std::int64_t>::max() - shape[0]) {
      return fail(ErrorCode::invalid, "tensor '{}': too many rows for one batch", first.name());
    }
    shape[0] += part->shape()[0];
  }
  return shape;
}

}  // namespace

base::Result<Tensor> concatenate(std::span<const Tensor* const> parts) {
  auto shape = joint_shape(parts);
  if (!shape) return tl::unexpected(std::move(shape.error()));
  const Tensor& first = *parts.front();

  if (first.dtype() == DType::bytes) {
    std::vector<std::string> strings;
    for (const Tensor* part : parts) {
      strings.insert(strings.end(), part->strings().begin(), part->strings().end());
    }
    return Tensor::from_strings(first.name(), std::move(*shape), std::move(strings));
  }

  auto joined = Tensor::allocate(first.name(), first.dtype(), std::move(*shape));
  if (!joined) return joined;
  std::byte* out = joined->mutable_data().data();
  for (const Tensor* part : parts) {
    if (part->data().empty()) continue;
    std::memcpy(out, part->data().data(), part->data().size());
    out += part->data().size();
  }
  return joined;
}

}  // namespace sluice::tensor
