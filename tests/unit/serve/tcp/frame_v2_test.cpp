#include "serve/tcp/frame_v2.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "serve/tcp/dtype_code.hpp"
#include "tcp_helpers.hpp"

namespace sluice::serve::tcp {
namespace {

using namespace v2;

/// What the documentation shows under "A worked example", in the block of that name.
std::string documented(const std::string& name) {
  std::ifstream in(SLUICE_SOURCE_DIR "/docs/tcp-protocol.md");
  std::string line, block;
  while (std::getline(in, line) && line != "```hex " + name) {
  }
  while (std::getline(in, line) && line != "```") block += line + '\n';
  return from_hex(block);
}

Infer example_request() {
  Infer infer;
  infer.id = 7;
  infer.timeout_us = 80000;
  infer.priority = 1;
  infer.model = "echo";
  infer.outputs = {"x"};
  infer.inputs = {make_tensor<float>("x", tensor::DType::fp32, {1, 2}, {1.0f, 2.0f})};
  return infer;
}

InferReply example_reply() {
  InferReply reply;
  reply.id = 7;
  reply.latency_us = 30;
  reply.queued_us = 10;
  reply.service_us = 20;
  reply.model = "echo";
  reply.version = "1";
  reply.decision = "1-7";
  reply.outputs = {make_tensor<float>("x", tensor::DType::fp32, {1, 2}, {1.0f, 2.0f})};
  return reply;
}

ErrorReply example_error() {
  ErrorReply error;
  error.id = 7;
  error.status = Status::overloaded;
  error.reason = "shed";
  error.message = "shed to keep labels on time";
  error.decision = "1-7";
  error.protects = "labels";
  error.retry_after_us = 250000;
  error.grounds = Grounds{.service_us = 5000,
                          .backlog_us = 90000,
                          .predicted_finish_us = -1,
                          .queued = 12,
                          .task_queued = 3,
                          .density = 0.5};
  return error;
}

TEST(FrameV2, IsAsDocumented) {
  EXPECT_EQ(to_hex(encode(ClientMessage(example_request())).flat()), to_hex(documented("request")));
  EXPECT_EQ(to_hex(encode(ServerMessage(example_reply())).flat()), to_hex(documented("reply")));
  EXPECT_EQ(to_hex(encode(ServerMessage(example_error())).flat()), to_hex(documented("error")));
}

TEST(FrameV2, StatusCodesAreThoseOfTheDocument) {
  EXPECT_EQ(static_cast<int>(Status::invalid), 1);
  EXPECT_EQ(static_cast<int>(Status::not_found), 4);
  EXPECT_EQ(static_cast<int>(Status::overloaded), 8);
  EXPECT_EQ(static_cast<int>(Status::internal), 12);
  EXPECT_EQ(static_cast<int>(ModelState::unavailable), 3);
}

/// In memory that begins at a multiple of 16, as the server and the client have it.
struct Received {
  explicit Received(const OutFrame& frame) {
    const auto flat = frame.flat();
    size = flat.size();
    memory.reset(new std::byte[size]);
    std::memcpy(memory.get(), flat.data(), size);
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {memory.get(), size}; }
  std::shared_ptr<std::byte[]> memory;
  std::size_t size = 0;
};

template <class T>
T through_server(const ClientMessage& message) {
  const Received received(encode(message));
  auto decoded = decode_client(received.bytes(), received.memory, {});
  EXPECT_TRUE(decoded) << decoded.error().message;
  return std::get<T>(std::move(decoded.value()));
}

template <class T>
T through_client(const ServerMessage& message) {
  const Received received(encode(message));
  auto decoded = decode_server(received.bytes(), received.memory, {});
  EXPECT_TRUE(decoded) << decoded.error().message;
  return std::get<T>(std::move(decoded.value()));
}

TEST(FrameV2, EveryDtypeComesThrough) {
  auto infer = example_request();
  infer.inputs.clear();
  for (std::uint8_t code = 0; dtype_of(code); ++code) {
    EXPECT_EQ(code_of(*dtype_of(code)), code);
    if (*dtype_of(code) == tensor::DType::bytes) {
      infer.inputs.push_back(
          tensor::Tensor::from_strings("text", {2}, {"a", std::string("\0b", 2)}).value());
    } else {
      infer.inputs.push_back(make_tensor<char>(
          fmt::format("t{}", code), *dtype_of(code), {1},
          std::vector<char>(tensor::size_of(*dtype_of(code)), static_cast<char>(code))));
    }
  }
  ASSERT_EQ(infer.inputs.size(), 14u);
  const auto back = through_server<Infer>(infer);
  ASSERT_EQ(back.inputs.size(), infer.inputs.size());
  for (std::size_t i = 0; i < back.inputs.size(); ++i) {
    EXPECT_TRUE(same(back.inputs[i], infer.inputs[i])) << i;
    EXPECT_EQ(back.inputs[i].name(), infer.inputs[i].name());
  }
}

TEST(FrameV2, TensorsAreBorrowedFromTheFrame) {
  auto infer = example_request();
  infer.inputs.push_back(make_tensor<std::uint8_t>("odd", tensor::DType::uint8, {3}, {1, 2, 3}));
  infer.inputs.push_back(
      make_tensor<double>("big", tensor::DType::fp64, {1000}, std::vector<double>(1000, 0.5)));
  const Received received(encode(ClientMessage(infer)));
  const auto decoded = decode_client(received.bytes(), received.memory, {});
  ASSERT_TRUE(decoded);
  for (const auto& input : std::get<Infer>(*decoded).inputs) {
    EXPECT_GE(input.data().data(), received.memory.get());
    EXPECT_LE(input.data().data() + input.data().size(), received.memory.get() + received.size);
  }
}

TEST(FrameV2, BigDataIsSentFromWhereItIs) {
  auto reply = example_reply();
  const auto big =
      make_tensor<double>("big", tensor::DType::fp64, {1000}, std::vector<double>(1000, 0.5));
  reply.outputs = {big};
  const auto frame = encode(ServerMessage(reply));
  std::vector<std::span<const std::byte>> pieces;
  frame.append_pieces(pieces);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[1].data(), big.data().data());
  EXPECT_EQ(frame.size(), frame.flat().size());
}

TEST(FrameV2, ClientMessagesComeThrough) {
  auto infer = example_request();
  infer.version = "3";
  infer.task = "labels";
  infer.traceparent = "00-ab-cd-01";
  const auto back = through_server<Infer>(infer);
  EXPECT_EQ(back.id, 7u);
  EXPECT_EQ(back.timeout_us, 80000u);
  EXPECT_EQ(back.priority, 1u);
  EXPECT_EQ(back.version, "3");
  EXPECT_EQ(back.task, "labels");
  EXPECT_EQ(back.traceparent, "00-ab-cd-01");
  EXPECT_EQ(back.outputs, (std::vector<std::string>{"x"}));
  EXPECT_EQ(through_server<Cancel>(Cancel{9}).id, 9u);
  EXPECT_EQ(through_server<Ping>(Ping{10}).id, 10u);
  EXPECT_EQ(through_server<ListModels>(ListModels{11}).id, 11u);
  EXPECT_EQ(through_server<DescribeModel>(DescribeModel{12, "m", "2"}).version, "2");
  EXPECT_EQ(through_server<Hello>(Hello{13, "secret"}).token, "secret");
}

TEST(FrameV2, ServerMessagesComeThrough) {
  auto reply = example_reply();
  reply.late = true;
  const auto back = through_client<InferReply>(reply);
  EXPECT_TRUE(back.late);
  EXPECT_EQ(back.decision, "1-7");
  EXPECT_TRUE(same(back.outputs.at(0), reply.outputs.at(0)));

  const auto error = through_client<ErrorReply>(example_error());
  EXPECT_EQ(error.status, Status::overloaded);
  EXPECT_EQ(error.reason, "shed");
  EXPECT_EQ(error.protects, "labels");
  EXPECT_EQ(error.retry_after_us, 250000u);
  ASSERT_TRUE(error.grounds);
  EXPECT_EQ(error.grounds->predicted_finish_us, -1);
  EXPECT_EQ(error.grounds->density, 0.5);

  EXPECT_TRUE(through_client<Pong>(Pong{1, true}).ready);
  const auto list = through_client<ModelList>(ModelList{2, FakeService().models()});
  ASSERT_EQ(list.models.size(), 2u);
  EXPECT_EQ(list.models[1].state, ModelState::unavailable);
  EXPECT_EQ(list.models[1].reason, "no such file");
  const auto model =
      through_client<ModelReply>(ModelReply{3, FakeService().model("echo", "").value()}).model;
  EXPECT_EQ(model.platform, "fake");
  EXPECT_EQ(model.max_batch, 4u);
  EXPECT_EQ(model.tasks, (std::vector<std::string>{"labels"}));
  ASSERT_EQ(model.info.inputs.size(), 2u);
  EXPECT_EQ(model.info.inputs[0].shape, (tensor::Shape{-1, 2}));
  EXPECT_TRUE(model.info.outputs.at(0).any_rank);
  const auto welcome = through_client<Welcome>(Welcome{4, "sluice", "0.1.0", 1 << 20, 64});
  EXPECT_EQ(welcome.pipelined, 64u);
  EXPECT_EQ(welcome.frame_bytes, 1u << 20);
}

TEST(FrameV2, EveryCutFrameIsRefused) {
  const auto whole = encode(ClientMessage(example_request())).flat();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = whole.substr(0, size);
    EXPECT_FALSE(decode_client(bytes_of(cut), nullptr, {})) << size;
  }
  const auto longer = whole + std::string(8, '\0');
  EXPECT_FALSE(decode_client(bytes_of(longer), nullptr, {}));
}

TEST(FrameV2, LimitsHold) {
  net::Limits limits;
  limits.tensors = 1;
  limits.dims = 2;
  auto infer = example_request();
  const auto decode = [&] {
    const auto bytes = encode(ClientMessage(infer)).flat();
    return decode_client(bytes_of(bytes), nullptr, limits);
  };
  EXPECT_TRUE(decode());
  infer.inputs.push_back(infer.inputs.front());
  EXPECT_FALSE(decode());
  infer.inputs = {make_tensor<float>("x", tensor::DType::fp32, {1, 2, 1}, {1.0f, 2.0f})};
  EXPECT_FALSE(decode());
  infer = example_request();
  infer.outputs = {"a", "b"};
  EXPECT_FALSE(decode());
}

}  // namespace
}  // namespace sluice::serve::tcp
