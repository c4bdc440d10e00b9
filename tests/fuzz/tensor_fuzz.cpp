// Tensors described by any bytes: refused, or consistent with themselves.
// Input: a type's name and a newline, a number of dimensions, the dimensions (8 bytes each, little
// endian), a row to cut at, the data.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/concatenate.hpp"

namespace {

using sluice::tensor::DType;
using sluice::tensor::Tensor;

void require(bool condition) {
  if (!condition) std::abort();
}

class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> rest) : rest_(rest) {}

  std::string_view line() {
    const auto* text = reinterpret_cast<const char*>(rest_.data());
    std::string_view all(text, rest_.size());
    all = all.substr(0, all.find('\n'));
    rest_ = rest_.subspan(std::min(all.size() + 1, rest_.size()));
    return all;
  }
  std::int64_t number(std::size_t size) {
    std::int64_t value = 0;
    const std::size_t have = std::min(size, rest_.size());
    if (have > 0) std::memcpy(&value, rest_.data(), have);
    rest_ = rest_.subspan(have);
    return value;
  }
  [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }

 private:
  std::span<const std::byte> rest_;
};

sluice::base::Result<Tensor> make(DType dtype, sluice::tensor::Shape shape,
                                  std::span<const std::byte> data) {
  if (dtype != DType::bytes) return Tensor::borrow("t", dtype, std::move(shape), data, nullptr);
  std::vector<std::string> strings;
  for (const std::byte byte : data) strings.emplace_back(1, static_cast<char>(byte));
  return Tensor::from_strings("t", std::move(shape), std::move(strings));
}

bool same(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.shape() == b.shape() && a.elements() == b.elements() &&
         std::ranges::equal(a.data(), b.data()) && std::ranges::equal(a.strings(), b.strings());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(std::as_bytes(std::span(data, size)));
  const std::string_view name = bytes.line();
  const auto dtype = sluice::tensor::dtype_from(name);
  if (!dtype) return 0;
  require(sluice::tensor::to_string(*dtype) == name);

  sluice::tensor::Shape shape(static_cast<std::size_t>(bytes.number(1) % 9));
  for (std::int64_t& dimension : shape) dimension = bytes.number(8);
  const std::int64_t cut = bytes.number(8);
  const auto tensor = make(*dtype, shape, bytes.rest());
  if (!tensor) {
    require(!tensor.error().message.empty());
    return 0;
  }
  require(tensor->elements() == sluice::tensor::element_count(shape));
  require(*dtype == DType::bytes ? tensor->strings().size() == tensor->elements()
                                 : tensor->data().size() == bytes.rest().size());

  const auto head = tensor->rows(0, cut);
  if (!head) return 0;
  const auto tail = tensor->rows(cut, shape[0] - cut);
  require(tail.has_value());
  const Tensor* const parts[] = {&*head, &*tail};
  const auto joined = sluice::tensor::concatenate(parts);
  require(joined.has_value() && same(*joined, *tensor));
  return 0;
}
