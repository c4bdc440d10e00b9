#include "tensor/raw.hpp"

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace sluice::tensor {
namespace {

constexpr std::size_t kLength = 4;  // bytes of a string's length

std::size_t read_length(const std::byte* at) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    length |= std::to_integer<std::uint32_t>(at[i]) << (8 * i);
  }
  return length;
}

void append_length(std::size_t length, std::string& out) {
  for (std::size_t i = 0; i < kLength; ++i) {
    out.push_back(static_cast<char>((length >> (8 * i)) & 0xff));
  }
}

base::Result<Tensor> strings_from_raw(std::string name, Shape shape,
                                      std::span<const std::byte> data) {
  std::vector<std::string> strings;
  std::size_t at = 0;
  while (at < data.size()) {
    const std::size_t left = data.size() - at;
    if (left < kLength || left - kLength < read_length(&data[at])) {
      return base::fail(
          base::ErrorCode::invalid,
          "tensor '{}': string {} of its raw BYTES data runs past the end; each needs "
          "its length in 4 little-endian bytes before it",
          name, strings.size());
    }
    const std::size_t length = read_length(&data[at]);
    strings.emplace_back(reinterpret_cast<const char*>(data.data() + at + kLength), length);
    at += kLength + length;
  }
  return Tensor::from_strings(std::move(name), std::move(shape), std::move(strings));
}

}  // namespace

base::Result<Tensor> from_raw(std::string name, DType dtype, Shape shape,
                              std::span<const std::byte> data, std::shared_ptr<const void> owner) {
  if (dtype == DType::bytes) return strings_from_raw(std::move(name), std::move(shape), data);
  return Tensor::borrow(std::move(name), dtype, std::move(shape), data, std::move(owner));
}

std::size_t raw_size(const Tensor& tensor) {
  std::size_t size = tensor.data().size();
  for (const std::string& string : tensor.strings()) size += kLength + string.size();
  return size;
}

void append_raw(const Tensor& tensor, std::string& out) {
  const auto data = tensor.data();
  out.append(reinterpret_cast<const char*>(data.data()), data.size());
  for (const std::string& string : tensor.strings()) {
    append_length(string.size(), out);
    out.append(string);
  }
}

}  // namespace sluice::tensor
