#include "serve/tcp/dtype_code.hpp"
#include "serve/tcp/frame_v2.hpp"
#include "serve/tcp/frame_v2_kind.hpp"

namespace sluice::serve::tcp::v2 {
namespace {

FrameWriter begin(Kind kind, std::uint64_t id) {
  FrameWriter writer;
  writer.number(std::uint32_t{0});
  writer.number(kMagic);
  writer.number(std::uint16_t{2});
  writer.number(static_cast<std::uint16_t>(kind));
  writer.number(std::uint32_t{0});
  writer.number(id);
  return writer;
}

template <class Items, class Write>
void write_list(FrameWriter& writer, const Items& items, Write write) {
  writer.number(static_cast<std::uint16_t>(items.size()));
  for (const auto& item : items) write(item);
}

void write_texts(FrameWriter& writer, const std::vector<std::string>& texts) {
  write_list(writer, texts, [&](const std::string& text) { writer.text(text); });
}

void write_type(FrameWriter& writer, const std::string& name, tensor::DType dtype,
                const tensor::Shape& shape) {
  writer.text(name);
  writer.number(code_of(dtype));
  writer.number(static_cast<std::uint8_t>(shape.size()));
  for (const auto dim : shape) writer.number(dim);
}

void write_tensors(FrameWriter& writer, const backend::Tensors& tensors) {
  write_list(writer, tensors, [&](const tensor::Tensor& tensor) {
    write_type(writer, tensor.name(), tensor.dtype(), tensor.shape());
    writer.number(std::uint64_t{tensor::raw_size(tensor)});
  });
  for (const auto& tensor : tensors) {
    writer.align();
    writer.data(tensor);
  }
}

void write_types(FrameWriter& writer, const std::vector<backend::TensorInfo>& types) {
  write_list(writer, types, [&](const backend::TensorInfo& type) {
    write_type(writer, type.name, type.dtype, type.shape);
    writer.number(static_cast<std::uint8_t>(type.any_rank));
  });
}

OutFrame encode_one(const Infer& infer) {
  auto writer = begin(Kind::infer, infer.id);
  writer.number(infer.timeout_us);
  writer.number(infer.priority);
  writer.text(infer.model);
  writer.text(infer.version);
  writer.text(infer.task);
  writer.text(infer.traceparent);
  write_texts(writer, infer.outputs);
  write_tensors(writer, infer.inputs);
  return std::move(writer).finish();
}

OutFrame encode_one(const Cancel& cancel) {
  return begin(Kind::cancel, cancel.id).finish();
}

OutFrame encode_one(const Ping& ping) {
  return begin(Kind::ping, ping.id).finish();
}

OutFrame encode_one(const ListModels& list) {
  return begin(Kind::list_models, list.id).finish();
}

OutFrame encode_one(const DescribeModel& describe) {
  auto writer = begin(Kind::describe_model, describe.id);
  writer.text(describe.model);
  writer.text(describe.version);
  return std::move(writer).finish();
}

OutFrame encode_one(const Hello& hello) {
  auto writer = begin(Kind::hello, hello.id);
  writer.text(hello.token);
  return std::move(writer).finish();
}

OutFrame encode_one(const InferReply& reply) {
  auto writer = begin(Kind::infer_reply, reply.id);
  writer.number(reply.latency_us);
  writer.number(reply.queued_us);
  writer.number(reply.service_us);
  writer.number(static_cast<std::uint8_t>(reply.late));
  writer.text(reply.model);
  writer.text(reply.version);
  writer.text(reply.decision);
  write_tensors(writer, reply.outputs);
  return std::move(writer).finish();
}

OutFrame encode_one(const ErrorReply& error) {
  auto writer = begin(Kind::error, error.id);
  writer.number(static_cast<std::uint16_t>(error.status));
  writer.number(error.retry_after_us);
  writer.text(error.reason);
  writer.text(error.message);
  writer.text(error.decision);
  writer.text(error.protects);
  writer.number(static_cast<std::uint8_t>(error.grounds.has_value()));
  if (error.grounds) {
    writer.number(error.grounds->service_us);
    writer.number(error.grounds->backlog_us);
    writer.number(error.grounds->predicted_finish_us);
    writer.number(error.grounds->queued);
    writer.number(error.grounds->task_queued);
    writer.number(error.grounds->density);
  }
  return std::move(writer).finish();
}

OutFrame encode_one(const Pong& pong) {
  auto writer = begin(Kind::pong, pong.id);
  writer.number(static_cast<std::uint8_t>(pong.ready));
  return std::move(writer).finish();
}

OutFrame encode_one(const ModelList& list) {
  auto writer = begin(Kind::model_list, list.id);
  write_list(writer, list.models, [&](const ModelStatus& model) {
    writer.text(model.name);
    writer.text(model.version);
    writer.number(static_cast<std::uint8_t>(model.state));
    writer.text(model.reason);
  });
  return std::move(writer).finish();
}

OutFrame encode_one(const ModelReply& reply) {
  auto writer = begin(Kind::model_reply, reply.id);
  writer.text(reply.model.name);
  writer.text(reply.model.version);
  write_texts(writer, reply.model.versions);
  writer.text(reply.model.platform);
  writer.number(reply.model.max_batch);
  write_types(writer, reply.model.info.inputs);
  write_types(writer, reply.model.info.outputs);
  write_texts(writer, reply.model.tasks);
  return std::move(writer).finish();
}

OutFrame encode_one(const Welcome& welcome) {
  auto writer = begin(Kind::welcome, welcome.id);
  writer.text(welcome.server);
  writer.text(welcome.version);
  writer.number(welcome.frame_bytes);
  writer.number(welcome.pipelined);
  return std::move(writer).finish();
}

template <class Messages>
OutFrame encode_any(const Messages& message) {
  return std::visit([](const auto& one) { return encode_one(one); }, message);
}

}  // namespace

OutFrame encode(const ClientMessage& message) {
  return encode_any(message);
}

OutFrame encode(const ServerMessage& message) {
  return encode_any(message);
}

}  // namespace sluice::serve::tcp::v2
