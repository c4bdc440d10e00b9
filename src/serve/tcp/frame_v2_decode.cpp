#include "serve/tcp/dtype_code.hpp"
#include "serve/tcp/frame_v2.hpp"
#include "serve/tcp/frame_v2_kind.hpp"

namespace sluice::serve::tcp::v2 {
namespace {

using base::ErrorCode;
using base::fail;
using Limits = net::Limits;

std::vector<std::string> read_texts(FrameReader& reader) {
  std::vector<std::string> texts;
  const auto count = reader.number<std::uint16_t>();
  for (std::uint16_t i = 0; i < count && reader.ok(); ++i) texts.push_back(reader.text());
  return texts;
}

base::Result<backend::TensorInfo> read_type(FrameReader& reader, const Limits& limits) {
  backend::TensorInfo type;
  type.name = reader.text();
  const auto code = reader.number<std::uint8_t>();
  const auto dims = reader.number<std::uint8_t>();
  const auto dtype = dtype_of(code);
  if (!dtype) return fail(ErrorCode::invalid, "tensor {}: there is no dtype {}", type.name, code);
  if (dims > limits.dims) {
    return fail(ErrorCode::invalid, "tensor {}: {} dimensions; at most {} are allowed", type.name,
                dims, limits.dims);
  }
  type.dtype = *dtype;
  for (std::uint8_t i = 0; i < dims; ++i) type.shape.push_back(reader.number<std::int64_t>());
  return type;
}

base::Result<backend::Tensors> read_tensors(FrameReader& reader,
                                            const std::shared_ptr<const void>& owner,
                                            const Limits& limits) {
  struct Part {
    backend::TensorInfo type;
    std::uint64_t size = 0;
  };
  const auto count = reader.number<std::uint16_t>();
  if (count > limits.tensors) {
    return fail(ErrorCode::invalid, "{} tensors; at most {} are allowed", count, limits.tensors);
  }
  std::vector<Part> parts;
  parts.reserve(count);
  for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
    auto type = read_type(reader, limits);
    if (!type) return tl::unexpected(type.error());
    parts.push_back({std::move(*type), reader.number<std::uint64_t>()});
  }
  backend::Tensors tensors;
  tensors.reserve(count);
  for (auto& [type, size] : parts) {
    reader.align();
    const auto data = reader.bytes(size);
    if (!reader.ok()) break;
    auto tensor =
        tensor::from_raw(std::move(type.name), type.dtype, std::move(type.shape), data, owner);
    if (!tensor) return tl::unexpected(tensor.error());
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

base::Result<std::vector<backend::TensorInfo>> read_types(FrameReader& reader,
                                                          const Limits& limits) {
  std::vector<backend::TensorInfo> types;
  const auto count = reader.number<std::uint16_t>();
  for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
    auto type = read_type(reader, limits);
    if (!type) return tl::unexpected(type.error());
    type->any_rank = reader.number<std::uint8_t>() != 0;
    types.push_back(std::move(*type));
  }
  return types;
}

base::Result<Infer> decode_infer(FrameReader& reader, std::uint64_t id,
                                 const std::shared_ptr<const void>& owner, const Limits& limits) {
  Infer infer;
  infer.id = id;
  infer.timeout_us = reader.number<std::uint64_t>();
  infer.priority = reader.number<std::uint32_t>();
  infer.model = reader.text();
  infer.version = reader.text();
  infer.task = reader.text();
  infer.traceparent = reader.text();
  infer.outputs = read_texts(reader);
  if (infer.outputs.size() > limits.tensors) {
    return fail(ErrorCode::invalid, "{} outputs; at most {} are allowed", infer.outputs.size(),
                limits.tensors);
  }
  auto inputs = read_tensors(reader, owner, limits);
  if (!inputs) return tl::unexpected(inputs.error());
  infer.inputs = std::move(*inputs);
  return infer;
}

base::Result<InferReply> decode_infer_reply(FrameReader& reader, std::uint64_t id,
                                            const std::shared_ptr<const void>& owner,
                                            const Limits& limits) {
  InferReply reply;
  reply.id = id;
  reply.latency_us = reader.number<std::uint64_t>();
  reply.queued_us = reader.number<std::uint64_t>();
  reply.service_us = reader.number<std::uint64_t>();
  reply.late = reader.number<std::uint8_t>() != 0;
  reply.model = reader.text();
  reply.version = reader.text();
  reply.decision = reader.text();
  auto outputs = read_tensors(reader, owner, limits);
  if (!outputs) return tl::unexpected(outputs.error());
  reply.outputs = std::move(*outputs);
  return reply;
}

base::Result<ErrorReply> decode_error(FrameReader& reader, std::uint64_t id) {
  ErrorReply error;
  error.id = id;
  const auto status = reader.number<std::uint16_t>();
  if (status == 0 || status > static_cast<std::uint16_t>(Status::internal)) {
    return fail(ErrorCode::invalid, "there is no status {}", status);
  }
  error.status = static_cast<Status>(status);
  error.retry_after_us = reader.number<std::uint64_t>();
  error.reason = reader.text();
  error.message = reader.text();
  error.decision = reader.text();
  error.protects = reader.text();
  if (reader.number<std::uint8_t>() != 0) {
    Grounds grounds;
    grounds.service_us = reader.number<std::uint64_t>();
    grounds.backlog_us = reader.number<std::uint64_t>();
    grounds.predicted_finish_us = reader.number<std::int64_t>();
    grounds.queued = reader.number<std::uint32_t>();
    grounds.task_queued = reader.number<std::uint32_t>();
    grounds.density = reader.number<double>();
    error.grounds = grounds;
  }
  return error;
}

base::Result<ModelList> decode_model_list(FrameReader& reader, std::uint64_t id) {
  ModelList list;
  list.id = id;
  const auto count = reader.number<std::uint16_t>();
  for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
    ModelStatus model;
    model.name = reader.text();
    model.version = reader.text();
    const auto state = reader.number<std::uint8_t>();
    if (state > static_cast<std::uint8_t>(ModelState::unavailable)) {
      return fail(ErrorCode::invalid, "model {}: there is no state {}", model.name, state);
    }
    model.state = static_cast<ModelState>(state);
    model.reason = reader.text();
    list.models.push_back(std::move(model));
  }
  return list;
}

base::Result<ModelReply> decode_model_reply(FrameReader& reader, std::uint64_t id,
                                            const Limits& limits) {
  ModelReply reply;
  reply.id = id;
  reply.model.name = reader.text();
  reply.model.version = reader.text();
  reply.model.versions = read_texts(reader);
  reply.model.platform = reader.text();
  reply.model.max_batch = reader.number<std::uint32_t>();
  auto inputs = read_types(reader, limits);
  if (!inputs) return tl::unexpected(inputs.error());
  auto outputs = read_types(reader, limits);
  if (!outputs) return tl::unexpected(outputs.error());
  reply.model.info.name = reply.model.name;
  reply.model.info.inputs = std::move(*inputs);
  reply.model.info.outputs = std::move(*outputs);
  reply.model.tasks = read_texts(reader);
  return reply;
}

Welcome decode_welcome(FrameReader& reader, std::uint64_t id) {
  Welcome welcome;
  welcome.id = id;
  welcome.server = reader.text();
  welcome.version = reader.text();
  welcome.frame_bytes = reader.number<std::uint64_t>();
  welcome.pipelined = reader.number<std::uint32_t>();
  return welcome;
}

struct Header {
  std::uint16_t kind = 0;
  std::uint64_t id = 0;
};

Header read_header(FrameReader& reader) {
  Header header;
  reader.bytes(kPrefixBytes);
  header.kind = reader.number<std::uint16_t>();
  reader.number<std::uint32_t>();
  header.id = reader.number<std::uint64_t>();
  return header;
}

base::Result<ClientMessage> read_client(const Header& header, FrameReader& reader,
                                        const std::shared_ptr<const void>& owner,
                                        const Limits& limits) {
  switch (static_cast<Kind>(header.kind)) {
    case Kind::infer:
      return decode_infer(reader, header.id, owner, limits);
    case Kind::cancel:
      return Cancel{header.id};
    case Kind::ping:
      return Ping{header.id};
    case Kind::list_models:
      return ListModels{header.id};
    case Kind::describe_model: {
      DescribeModel describe{header.id, {}, {}};
      describe.model = reader.text();
      describe.version = reader.text();
      return describe;
    }
    case Kind::hello:
      return Hello{header.id, reader.text()};
    default:
      return fail(ErrorCode::invalid, "clients send no frames of kind {}", header.kind);
  }
}

base::Result<ServerMessage> read_server(const Header& header, FrameReader& reader,
                                        const std::shared_ptr<const void>& owner,
                                        const Limits& limits) {
  switch (static_cast<Kind>(header.kind)) {
    case Kind::infer_reply:
      return decode_infer_reply(reader, header.id, owner, limits);
    case Kind::error:
      return decode_error(reader, header.id);
    case Kind::pong:
      return Pong{header.id, reader.number<std::uint8_t>() != 0};
    case Kind::model_list:
      return decode_model_list(reader, header.id);
    case Kind::model_reply:
      return decode_model_reply(reader, header.id, limits);
    case Kind::welcome:
      return decode_welcome(reader, header.id);
    default:
      return fail(ErrorCode::invalid, "servers send no frames of kind {}", header.kind);
  }
}

/// The frame must hold its message, no less and no more.
template <class Message>
base::Result<Message> checked(base::Result<Message> message, const Header& header,
                              const FrameReader& reader) {
  if (!reader.ok()) {
    return fail(ErrorCode::invalid, "a frame of kind {} ends within its message", header.kind);
  }
  if (message && !reader.at_end()) {
    return fail(ErrorCode::invalid, "a frame of kind {} goes on for {} bytes after its message",
                header.kind, reader.left());
  }
  return message;
}

}  // namespace

std::uint64_t id_of(std::span<const std::byte> frame) {
  FrameReader reader(frame);
  return read_header(reader).id;
}

base::Result<ClientMessage> decode_client(std::span<const std::byte> frame,
                                          const std::shared_ptr<const void>& owner,
                                          const net::Limits& limits) {
  FrameReader reader(frame);
  const auto header = read_header(reader);
  auto message = read_client(header, reader, owner, limits);
  return checked(std::move(message), header, reader);
}

base::Result<ServerMessage> decode_server(std::span<const std::byte> frame,
                                          const std::shared_ptr<const void>& owner,
                                          const net::Limits& limits) {
  FrameReader reader(frame);
  const auto header = read_header(reader);
  auto message = read_server(header, reader, owner, limits);
  return checked(std::move(message), header, reader);
}

}  // namespace sluice::serve::tcp::v2
