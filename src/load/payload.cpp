#include "load/payload.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "simulate/random.hpp"

namespace sluice::load {
namespace {

using tensor::DType;

base::Result<tensor::Shape> shape_for(const Stream& stream, const backend::TensorInfo& input) {
  if (const auto given = stream.shape.find(input.name); given != stream.shape.end()) {
    if (!input.accepts(given->second)) {
      return base::fail(base::ErrorCode::invalid,
                        "{}: shape {} does not fit input \"{}\", which is {}", stream.name,
                        tensor::to_string(given->second), input.name,
                        tensor::to_string(input.shape));
    }
    return given->second;
  }
  if (input.any_rank) return tensor::Shape{1};
  auto shape = input.shape;
  std::replace(shape.begin(), shape.end(), std::int64_t{-1}, std::int64_t{1});
  return shape;
}

/// Values that any model can take: floats of 0 to 1, integers and truth values of 0 and 1.
void fill_random(DType dtype, std::span<std::byte> out, simulate::Random& random) {
  const auto each = [&](auto make) {
    for (std::size_t at = 0; at < out.size();) {
      const auto value = make();
      std::memcpy(out.data() + at, &value, sizeof value);
      at += sizeof value;
    }
  };
  switch (dtype) {
    case DType::fp32:
      return each([&] { return static_cast<float>(random.uniform()); });
    case DType::fp64:
      return each([&] { return random.uniform(); });
    // Exponent of 0.5 to 1, random mantissa.
    case DType::fp16:
      return each([&] { return static_cast<std::uint16_t>(0x3800 | random.below(0x400)); });
    case DType::bf16:
      return each([&] { return static_cast<std::uint16_t>(0x3F00 | random.below(0x80)); });
    default:
      break;
  }
  std::fill(out.begin(), out.end(), std::byte{0});
  for (std::size_t at = 0; at < out.size(); at += tensor::size_of(dtype)) {
    out[at] = static_cast<std::byte>(random.below(2));
  }
}

base::Result<std::string> read_data(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail(base::ErrorCode::invalid, "{}: cannot be read", path);
  return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

base::Result<std::vector<tensor::Tensor>> make_payload(
    const Stream& stream, const std::vector<backend::TensorInfo>& inputs, std::uint64_t seed) {
  for (const auto& shape : stream.shape) {
    if (std::none_of(inputs.begin(), inputs.end(),
                     [&](const auto& input) { return input.name == shape.first; })) {
      return base::fail(base::ErrorCode::invalid, "{}: model \"{}\" has no input \"{}\"",
                        stream.name, stream.model, shape.first);
    }
  }
  std::string data;
  if (stream.payload == Payload::file) {
    auto read = read_data(stream.data);
    if (!read) return tl::unexpected(read.error());
    data = std::move(*read);
  }
  simulate::Random random(seed);
  std::size_t used = 0;
  std::vector<tensor::Tensor> tensors;
  for (const auto& input : inputs) {
    auto shape = shape_for(stream, input);
    if (!shape) return tl::unexpected(shape.error());
    if (input.dtype == DType::bytes) {
      const auto count = tensor::element_count(*shape);
      if (!count) return tl::unexpected(count.error());
      if (stream.payload == Payload::file) {
        return base::fail(base::ErrorCode::invalid,
                          "{}: input \"{}\" has strings, which cannot come from a file",
                          stream.name, input.name);
      }
      const std::string one = stream.payload == Payload::zeros ? "" : "sluice";
      auto strings =
          tensor::Tensor::from_strings(input.name, *shape, std::vector<std::string>(*count, one));
      if (!strings) return tl::unexpected(strings.error());
      tensors.push_back(std::move(*strings));
      continue;
    }
    auto tensor = tensor::Tensor::allocate(input.name, input.dtype, *shape);
    if (!tensor) return tl::unexpected(tensor.error());
    const auto bytes = tensor->mutable_data();
    if (stream.payload == Payload::file) {
      if (data.size() - used < bytes.size()) used = data.size() + 1;
      if (used > data.size()) break;
      std::memcpy(bytes.data(), data.data() + used, bytes.size());
      used += bytes.size();
    } else if (stream.payload == Payload::zeros) {
      std::fill(bytes.begin(), bytes.end(), std::byte{0});
    } else {
      fill_random(input.dtype, bytes, random);
    }
    tensors.push_back(std::move(*tensor));
  }
  if (used != data.size()) {
    return base::fail(base::ErrorCode::invalid,
                      "{}: {} has {} bytes, which is not what the inputs of \"{}\" need",
                      stream.name, stream.data, data.size(), stream.model);
  }
  return tensors;
}

}  // namespace sluice::load
