#include "backend/ort_tensor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::backend {

using base::ErrorCode;
using base::fail;
using tensor::DType;
using tensor::Tensor;

namespace {

constexpr std::array<std::pair<DType, ONNXTensorElementDataType>, 14> kTypes{{
    {DType::boolean, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL},
    {DType::uint8, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8},
    {DType::uint16, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16},
    {DType::uint32, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32},
    {DType::uint64, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64},
    {DType::int8, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8},
    {DType::int16, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16},
    {DType::int32, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32},
    {DType::int64, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64},
    {DType::fp16, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16},
    {DType::bf16, ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16},
    {DType::fp32, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT},
    {DType::fp64, ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE},
    {DType::bytes, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING},
}};

ONNXTensorElementDataType to_onnx(DType dtype) {
  return kTypes[static_cast<std::size_t>(dtype)].second;
}

base::Result<DType> from_onnx(ONNXTensorElementDataType type) {
  for (const auto& [ours, theirs] : kTypes) {
    if (theirs == type) return ours;
  }
  return fail(ErrorCode::unsupported,
              "element type {} of ONNX is not supported; export the model with another type",
              static_cast<int>(type));
}

bool has_shape(const Ort::ConstTensorTypeAndShapeInfo& info) {
#if ORT_API_VERSION >= 24
  return info.HasShape();
#else
  // Earlier versions do not tell an unknown shape from a scalar's.
  return info.GetDimensionsCount() != 0;
#endif
}

Ort::Value strings_to_value(const Tensor& tensor) {
  Ort::AllocatorWithDefaultOptions allocator;
  auto value = Ort::Value::CreateTensor(allocator, tensor.shape().data(), tensor.shape().size(),
                                        ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING);
  // By buffer and length: the calls that take C strings would cut at a zero byte.
  for (std::size_t i = 0; i < tensor.strings().size(); ++i) {
    const std::string& text = tensor.strings()[i];
    char* buffer = value.GetResizedStringTensorElementBuffer(i, text.size());
    std::ranges::copy(text, buffer);
  }
  return value;
}

base::Result<Tensor> strings_to_tensor(std::string name, tensor::Shape shape,
                                       const Ort::Value& value, std::size_t count) {
  std::vector<std::string> strings(count);
  if (count > 0) {
    std::string text(value.GetStringTensorDataLength(), '\0');
    std::vector<std::size_t> offsets(count);
    value.GetStringTensorContent(text.data(), text.size(), offsets.data(), count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t end = i + 1 < count ? offsets[i + 1] : text.size();
      strings[i] = text.substr(offsets[i], end - offsets[i]);
    }
  }
  return Tensor::from_strings(std::move(name), std::move(shape), std::move(strings));
}

}  // namespace

base::Result<TensorInfo> describe(std::string name, const Ort::TypeInfo& type) {
  if (type.GetONNXType() != ONNX_TYPE_TENSOR) {
    return fail(ErrorCode::unsupported,
                "'{}' is a sequence, a map or another value that is not a tensor; export the model "
                "with tensors only (for scikit-learn: zipmap=False)",
                name);
  }
  const auto info = type.GetTensorTypeAndShapeInfo();
  const auto dtype = from_onnx(info.GetElementType());
  if (!dtype) {
    return tl::unexpected(base::with_context(fmt::format("'{}'", name), dtype.error()));
  }
  TensorInfo described{std::move(name), *dtype, {}, !has_shape(info)};
  if (!described.any_rank) described.shape = info.GetShape();
  return described;
}

Ort::Value to_value(const Tensor& tensor) {
  if (tensor.dtype() == DType::bytes) return strings_to_value(tensor);
  static const Ort::MemoryInfo memory =
      Ort::MemoryInfo::CreateCpu(OrtDeviceAllocator, OrtMemTypeDefault);
  // The runtime never writes to inputs; its interface just does not say so. It wants an address
  // for a tensor without elements, too.
  static std::byte nothing{};
  const auto data = tensor.data();
  void* address = data.empty() ? &nothing : const_cast<std::byte*>(data.data());
  return Ort::Value::CreateTensor(memory, address, data.size(), tensor.shape().data(),
                                  tensor.shape().size(), to_onnx(tensor.dtype()));
}

base::Result<Tensor> to_tensor(std::string name, Ort::Value& value,
                               std::shared_ptr<const void> owner) {
  const auto info = value.GetTensorTypeAndShapeInfo();
  const auto dtype = from_onnx(info.GetElementType());
  if (!dtype) return tl::unexpected(dtype.error());
  tensor::Shape shape = info.GetShape();
  if (*dtype == DType::bytes) {
    return strings_to_tensor(std::move(name), std::move(shape), value, info.GetElementCount());
  }
  const std::size_t size = info.GetElementCount() * tensor::size_of(*dtype);
  const auto* data = static_cast<const std::byte*>(value.GetTensorRawData());
  return Tensor::borrow(std::move(name), *dtype, std::move(shape), {data, size}, std::move(owner));
}

}  // namespace sluice::backend
