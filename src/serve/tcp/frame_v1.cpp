#include "serve/tcp/frame_v1.hpp"

#include <optional>

#include "serve/tcp/dtype_code.hpp"

namespace sluice::serve::tcp::v1 {
namespace {

using base::ErrorCode;
using base::fail;

constexpr std::uint8_t kMostDims = 8;
constexpr std::uint8_t kMostCode = 3;  ///< dtypes beyond came with version 2
constexpr std::size_t kDescriptorBytes = 6;

struct Input {
  std::uint8_t dtype = 0;
  tensor::Shape shape;
  std::uint32_t size = 0;
  std::span<const std::byte> data;
};

/// Error: malformed.
base::Result<Input> read_descriptor(FrameReader& reader) {
  Input input;
  input.dtype = reader.number<std::uint8_t>();
  const auto dims = reader.number<std::uint8_t>();
  if (dims > kMostDims) return fail(ErrorCode::invalid, "more than {} dimensions", kMostDims);
  for (std::uint8_t i = 0; i < dims; ++i) input.shape.push_back(reader.number<std::int32_t>());
  input.size = reader.number<std::uint32_t>();
  if (!reader.ok()) return fail(ErrorCode::invalid, "the frame ends within an input's description");
  return input;
}

struct Inputs {
  std::vector<Input> inputs;
  bool exact = false;  ///< the frame ends with them
};

/// One input's data follows its description.
base::Result<Inputs> read_interleaved(FrameReader reader, std::uint32_t count) {
  Inputs found;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto input = read_descriptor(reader);
    if (!input) return tl::unexpected(input.error());
    input->data = reader.bytes(input->size);
    if (!reader.ok()) return fail(ErrorCode::invalid, "the frame ends within input {}", i);
    found.inputs.push_back(std::move(*input));
  }
  found.exact = reader.at_end();
  return found;
}

/// All data follows all descriptions.
base::Result<Inputs> read_descriptors_first(FrameReader reader, std::uint32_t count) {
  Inputs found;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto input = read_descriptor(reader);
    if (!input) return tl::unexpected(input.error());
    found.inputs.push_back(std::move(*input));
  }
  for (auto& input : found.inputs) {
    input.data = reader.bytes(input.size);
    if (!reader.ok()) return fail(ErrorCode::invalid, "the frame ends within an input's data");
  }
  found.exact = reader.at_end();
  return found;
}

/// The layout by which the frame comes out exactly; else the clients' own, and what follows is
/// ignored, as it always was.
base::Result<Inputs> read_inputs(const FrameReader& reader, std::uint32_t count) {
  auto interleaved = read_interleaved(reader, count);
  if (interleaved && interleaved->exact) return interleaved;
  auto descriptors_first = read_descriptors_first(reader, count);
  if (descriptors_first && (descriptors_first->exact || !interleaved)) return descriptors_first;
  return interleaved;
}

}  // namespace

base::Result<Request> decode_request(std::span<const std::byte> frame,
                                     const std::shared_ptr<const void>& owner,
                                     const net::Limits& limits) {
  FrameReader reader(frame);
  reader.bytes(kPrefixBytes + sizeof(std::uint16_t));  // and the flags
  const auto model_length = reader.number<std::uint32_t>();
  const auto count = reader.number<std::uint32_t>();
  reader.number<std::uint32_t>();
  Request request;
  request.model = reader.characters(model_length);
  if (!reader.ok()) return fail(ErrorCode::invalid, "the frame ends within its header");
  if (count > limits.tensors || count > reader.left() / kDescriptorBytes) {
    return fail(ErrorCode::invalid, "{} inputs, more than there can be", count);
  }
  auto read = read_inputs(reader, count);
  if (!read) return tl::unexpected(read.error());
  for (auto& input : read->inputs) {
    const auto dtype = dtype_of(input.dtype);
    if (!dtype || input.dtype > kMostCode) {
      request.problem =
          fmt::format("input {} has the unknown dtype {}", request.inputs.size(), input.dtype);
      break;
    }
    auto tensor = tensor::Tensor::borrow({}, *dtype, std::move(input.shape), input.data, owner);
    if (!tensor) {
      request.problem = tensor.error().message;
      break;
    }
    request.inputs.push_back(std::move(*tensor));
  }
  return request;
}

base::Result<OutFrame> encode_request(const std::string& model, const backend::Tensors& inputs) {
  FrameWriter writer;
  writer.number(std::uint32_t{0});
  writer.number(kMagic);
  writer.number(std::uint16_t{1});
  writer.number(std::uint16_t{0});
  writer.number(static_cast<std::uint32_t>(model.size()));
  writer.number(static_cast<std::uint32_t>(inputs.size()));
  writer.number(std::uint32_t{0});
  writer.characters(model);
  for (const auto& input : inputs) {
    const auto code = code_of(input.dtype());
    if (code > kMostCode) {
      return fail(ErrorCode::invalid,
                  "input {}: version 1 of the TCP protocol has no {}; use version 2", input.name(),
                  tensor::to_string(input.dtype()));
    }
    if (input.shape().size() > kMostDims) {
      return fail(
          ErrorCode::invalid,
          "input {}: version 1 of the TCP protocol has {} dimensions at most; use version 2",
          input.name(), kMostDims);
    }
    writer.number(code);
    writer.number(static_cast<std::uint8_t>(input.shape().size()));
    for (const auto dim : input.shape()) writer.number(static_cast<std::int32_t>(dim));
    writer.number(static_cast<std::uint32_t>(input.data().size()));
    writer.data(input);
  }
  return std::move(writer).finish();
}

OutFrame encode_response(Code code, const backend::Tensors& outputs) {
  FrameWriter writer;
  writer.number(std::uint32_t{0});
  writer.number(std::uint32_t{0});  // a request id, of which requests have none
  writer.number(static_cast<std::uint32_t>(code));
  writer.number(static_cast<std::uint32_t>(outputs.size()));
  for (const auto& output : outputs) {
    writer.number(static_cast<std::uint32_t>(tensor::raw_size(output)));
  }
  for (const auto& output : outputs) writer.data(output);
  return std::move(writer).finish();
}

base::Result<Response> decode_response(std::span<const std::byte> frame) {
  FrameReader reader(frame);
  reader.bytes(2 * sizeof(std::uint32_t));  // length, request id
  Response response;
  response.code = reader.number<std::uint32_t>();
  const auto count = reader.number<std::uint32_t>();
  if (!reader.ok() || count > reader.left() / sizeof(std::uint32_t)) {
    return fail(ErrorCode::invalid, "the server's answer ends within its header");
  }
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t i = 0; i < count; ++i) sizes.push_back(reader.number<std::uint32_t>());
  for (const auto size : sizes) response.outputs.emplace_back(reader.characters(size));
  if (!reader.at_end()) {
    return fail(ErrorCode::invalid, "the server's answer has another length than its outputs");
  }
  return response;
}

}  // namespace sluice::serve::tcp::v1
