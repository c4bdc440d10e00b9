// Small ONNX models (tools/make-fixtures) and tensors for the tests of the ONNX Runtime backend.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "backend/backend.hpp"

namespace sluice::backend {

inline std::string fixture(const std::string& name) {
  return std::string(SLUICE_SOURCE_DIR) + "/tests/fixtures/models/" + name + ".onnx";
}

inline ModelOptions onnx_options(const std::string& name, std::uint32_t max_batch = 1) {
  ModelOptions options;
  options.name = name;
  options.path = fixture(name);
  options.max_batch = max_batch;
  return options;
}

inline std::unique_ptr<Instance> load_onnx(const ModelOptions& options) {
  auto loaded = make_onnxruntime_backend()->load(options);
  if (!loaded) ADD_FAILURE() << loaded.error().message;
  return std::move(loaded.value());
}

inline std::string load_error(const ModelOptions& options) {
  const auto loaded = make_onnxruntime_backend()->load(options);
  return loaded ? "no error" : loaded.error().message;
}

template <class T>
tensor::Tensor make_tensor(const std::string& name, tensor::DType dtype, tensor::Shape shape,
                           const std::vector<T>& values) {
  auto made = tensor::Tensor::allocate(name, dtype, std::move(shape));
  std::ranges::copy(values, made.value().template mutable_as<T>().begin());
  return std::move(*made);
}

inline tensor::Tensor floats(const std::string& name, tensor::Shape shape,
                             const std::vector<float>& values) {
  return make_tensor(name, tensor::DType::fp32, std::move(shape), values);
}

inline tensor::Tensor int64s(const std::string& name, tensor::Shape shape,
                             const std::vector<std::int64_t>& values) {
  return make_tensor(name, tensor::DType::int64, std::move(shape), values);
}

inline base::Result<std::vector<Tensors>> run(Instance& instance,
                                              const std::vector<Tensors>& batch) {
  CancelToken cancel;
  return instance.run(batch, cancel);
}

}  // namespace sluice::backend
