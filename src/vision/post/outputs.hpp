// The outputs of a model as post-processing wants them: by name, with a known shape, as floats.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "tensor/tensor_info.hpp"

namespace sluice::vision::post {

/// What is known of tensors that are there.
std::vector<tensor::TensorInfo> describe(std::span<const tensor::Tensor> outputs);

/// Index of the output called `name`, or of the only one if `name` is empty. Errors (invalid), with
/// the names that there are: none of that name, or not one only; strings, where numbers are needed.
base::Result<std::size_t> find_output(std::span<const tensor::TensorInfo> outputs,
                                      std::string_view name);

/// Whether the output has one of the shapes `wanted`, in which -1 is any size; so it is in the
/// output's shape. Error (invalid): names the output, the shapes wanted, their `meaning` ("boxes,
/// 4 numbers each") and the shape given.
base::Status check_shape(const tensor::TensorInfo& output,
                         std::initializer_list<tensor::Shape> wanted, std::string_view meaning);

/// The elements of a tensor as floats: those of FP32 where they are, others converted. Integers
/// above 2^24 and FP64 are rounded.
class Floats {
 public:
  /// `tensor` must outlive the result if it is FP32, and must not hold strings.
  explicit Floats(const tensor::Tensor& tensor);
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;

  [[nodiscard]] std::size_t size() const { return view_.size(); }
  float operator[](std::size_t index) const { return view_[index]; }
  [[nodiscard]] std::span<const float> span() const { return view_; }

 private:
  std::vector<float> converted_;
  std::span<const float> view_;
};

}  // namespace sluice::vision::post
