// Tensors for the tests of post-processing.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tensor/tensor.hpp"
#include "vision/transform.hpp"

namespace sluice::vision::post {

/// A tensor of elements of type T, which must be those of `dtype`.
template <class T>
tensor::Tensor tensor_of(std::string name, tensor::DType dtype, tensor::Shape shape,
                         const std::vector<T>& values) {
  auto made = tensor::Tensor::allocate(std::move(name), dtype, std::move(shape));
  EXPECT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->elements(), values.size());
  std::ranges::copy(values, made->template mutable_as<T>().begin());
  return *made;
}

inline tensor::Tensor fp32(std::string name, tensor::Shape shape,
                           const std::vector<float>& values) {
  return tensor_of<float>(std::move(name), tensor::DType::fp32, std::move(shape), values);
}

/// A model's input of the image's own size.
inline Transform same_size(int width, int height) {
  return {width, height, width, height, width, height, 0, 0};
}

/// The message of an error; "accepted" where there is none.
template <class Result>
std::string refusal_of(const Result& result) {
  return result ? "accepted" : result.error().message;
}

}  // namespace sluice::vision::post
