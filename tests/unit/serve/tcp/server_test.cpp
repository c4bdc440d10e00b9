#include "serve/tcp/server.hpp"

#include <gtest/gtest.h>

#include "serve/tcp/frame_v1.hpp"
#include "tcp_helpers.hpp"

namespace sluice::serve::tcp {
namespace {

tensor::Tensor small() {
  return make_tensor<float>("x", tensor::DType::fp32, {1, 2}, {1.0f, 2.0f});
}
tensor::Tensor big() {
  return make_tensor<float>("big", tensor::DType::fp32, {400000}, std::vector<float>(400000, 0.5f));
}

std::string infer_frame(std::uint64_t id, backend::Tensors inputs = {small()}) {
  v2::Infer infer;
  infer.id = id;
  infer.model = "echo";
  infer.inputs = std::move(inputs);
  return v2::encode(v2::ClientMessage(std::move(infer))).flat();
}
std::string frame_of(const v2::ClientMessage& message) {
  return v2::encode(message).flat();
}

v2::ServerMessage receive(Raw& raw) {
  const auto frame = raw.frame();
  EXPECT_GE(frame.size(), kHeaderBytes) << "the server has closed the connection";
  if (frame.size() < kHeaderBytes) return v2::Pong{};
  const std::shared_ptr<std::byte[]> memory(new std::byte[frame.size()]);
  std::memcpy(memory.get(), frame.data(), frame.size());
  return v2::decode_server({memory.get(), frame.size()}, memory, {}).value();
}

std::string v1_frame(const std::string& model, const backend::Tensors& inputs) {
  return v1::encode_request(model, inputs).value().flat();
}
std::uint32_t v1_code(Raw& raw) {
  const auto frame = raw.frame();
  return v1::decode_response(bytes_of(frame)).value().code;
}

TEST(TcpServer, AnswersVersion1) {
  Running running;
  Raw raw(running);
  for (int i = 0; i < 3; ++i) {
    raw.send(v1_frame("echo", {small()}));
    const auto frame = raw.frame();
    const auto response = v1::decode_response(bytes_of(frame));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->code, 0u);
    ASSERT_EQ(response->outputs.size(), 1u);
    EXPECT_EQ(response->outputs[0].size(), 8u);
  }
  EXPECT_EQ(running.service.last.inputs.at(0).name(), "x");  // the model's first input
}

TEST(TcpServer, Version2OutputsReachTheService) {
  Running running;
  Raw raw(running);
  v2::Infer infer;
  infer.model = "echo";
  infer.inputs = {small()};
  infer.outputs = {"x"};
  raw.send(frame_of(infer));
  EXPECT_EQ(std::get<v2::InferReply>(receive(raw)).outputs.at(0).name(), "x");
  const auto& outputs = running.service.last.outputs;
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_EQ(outputs[0].name, "x");
}

TEST(TcpServer, Version1PipelinedIsAnsweredInOrder) {
  Running running;
  running.service.hold = true;
  Raw raw(running);
  raw.send(v1_frame("echo", {small()}) + v1_frame("echo", {big()}));
  running.service.wait_for_held(1);
  running.service.answer(1);
  running.service.wait_for_held(1);
  running.service.answer(2);
  const auto first = raw.frame();
  const auto second = raw.frame();
  EXPECT_EQ(v1::decode_response(bytes_of(first)).value().outputs.at(0).size(), 8u);
  EXPECT_EQ(v1::decode_response(bytes_of(second)).value().outputs.at(0).size(), 1600000u);
}

TEST(TcpServer, Version1RefusalsAreNumbers) {
  Running running;
  Raw raw(running);
  raw.send(v1_frame("nothing", {small()}));
  EXPECT_EQ(v1_code(raw), 2u);
  running.service.refuses = true;
  running.service.refusal.status = Status::overloaded;
  raw.send(v1_frame("echo", {small()}));
  EXPECT_EQ(v1_code(raw), 4u);
  running.service.refusal.status = Status::unavailable;
  raw.send(v1_frame("echo", {small()}));
  EXPECT_EQ(v1_code(raw), 2u);
}

TEST(TcpServer, MalformedFramesCloseTheirConnectionOnly) {
  Running running;
  Raw good(running);
  auto lying = v1_frame("echo", {small()});
  lying.replace(16, 4, "\xff\xff\xff\xff");
  for (const auto& bytes :
       {std::string("GET / HTTP/1.1\r\nHost: here\r\n\r\n"), std::string(64, '\0'), lying,
        from_hex("ff ff ff ff 54 52 54 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00")}) {
    Raw bad(running);
    bad.send(bytes);
    EXPECT_EQ(bad.frame(), "");
  }
  good.send(v1_frame("echo", {small()}));
  EXPECT_EQ(v1_code(good), 0u);
}

TEST(TcpServer, Version2BadMessageIsAnsweredAndTheConnectionGoesOn) {
  Running running;
  Raw raw(running);
  auto bad = infer_frame(5);
  bad[10] = 99;  // the kind
  raw.send(bad + infer_frame(6));
  const auto error = std::get<v2::ErrorReply>(receive(raw));
  EXPECT_EQ(error.id, 5u);
  EXPECT_EQ(error.status, Status::invalid);
  EXPECT_EQ(std::get<v2::InferReply>(receive(raw)).id, 6u);
}

TEST(TcpServer, TooLargeFrameIsRefusedBeforeItIsRead) {
  net::Limits limits;
  limits.body_bytes = 1000;
  Running running(limits);
  Raw raw(running);
  raw.send(infer_frame(5, {big()}).substr(0, kHeaderBytes));
  const auto error = std::get<v2::ErrorReply>(receive(raw));
  EXPECT_EQ(error.id, 5u);
  EXPECT_EQ(error.status, Status::too_large);
  EXPECT_EQ(raw.frame(), "");
}

TEST(TcpServer, AnswersComeAsTheyFinish) {
  Running running;
  running.service.hold = true;
  Raw raw(running);
  raw.send(infer_frame(1) + infer_frame(2) + infer_frame(3));
  running.service.wait_for_held(3);
  for (const std::uint64_t id : {2u, 3u, 1u}) {
    running.service.answer(id);
    EXPECT_EQ(std::get<v2::InferReply>(receive(raw)).id, id);
  }
}

TEST(TcpServer, FullPipelineStopsReading) {
  net::Limits limits;
  limits.pipelined = 2;
  Running running(limits);
  running.service.hold = true;
  Raw raw(running);
  std::string requests;
  for (std::uint64_t id = 1; id <= 5; ++id) requests += infer_frame(id);
  raw.send(requests);
  running.service.wait_for_held(2);
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_LE(running.service.held(), 2u);
    running.service.wait_for_held(std::min<std::uint64_t>(2, 6 - id));
    running.service.answer(id);
    EXPECT_EQ(std::get<v2::InferReply>(receive(raw)).id, id);
  }
}

TEST(TcpServer, AnIdInFlightIsTakenOnce) {
  Running running;
  running.service.hold = true;
  Raw raw(running);
  raw.send(infer_frame(1) + infer_frame(1));
  EXPECT_EQ(std::get<v2::ErrorReply>(receive(raw)).status, Status::invalid);
  running.service.answer(1);
  EXPECT_EQ(std::get<v2::InferReply>(receive(raw)).id, 1u);
}

TEST(TcpServer, CancelWithdraws) {
  Running running;
  running.service.hold = true;
  Raw raw(running);
  raw.send(infer_frame(1) + infer_frame(2) + frame_of(v2::Cancel{1}) + frame_of(v2::Cancel{77}));
  const auto error = std::get<v2::ErrorReply>(receive(raw));
  EXPECT_EQ(error.id, 1u);
  EXPECT_EQ(error.status, Status::cancelled);
  running.service.answer(2);
  EXPECT_EQ(std::get<v2::InferReply>(receive(raw)).id, 2u);
}

TEST(TcpServer, HangingUpCancelsWhatIsQueued) {
  Running running;
  running.service.hold = true;
  Raw raw(running);
  raw.send(infer_frame(1) + infer_frame(2));
  running.service.wait_for_held(2);
  raw.close();
  running.service.wait_for_cancelled(2);
}

TEST(TcpServer, HalfClosedClientGetsItsAnswers) {
  Running running;
  running.service.hold = true;
  Raw raw(running);
  raw.send(infer_frame(1));
  running.service.wait_for_held(1);
  raw.half_close();
  EXPECT_EQ(std::get<v2::ErrorReply>(receive(raw)).status, Status::cancelled);
  EXPECT_EQ(raw.frame(), "");
}

TEST(TcpServer, StopAnswersWhatIsInFlightAndCloses) {
  Running running;
  running.service.hold = true;
  Raw idle(running);
  Raw busy(running);
  idle.send(frame_of(v2::Ping{1}));
  receive(idle);
  busy.send(infer_frame(1));
  running.service.wait_for_held(1);
  running.server->stop();
  EXPECT_EQ(idle.frame(), "");
  running.service.answer(1);
  EXPECT_EQ(std::get<v2::InferReply>(receive(busy)).id, 1u);
  EXPECT_EQ(busy.frame(), "");
}

TEST(TcpServer, SlowRequestsAndIdleConnectionsAreClosed) {
  net::Limits limits;
  limits.idle_timeout = std::chrono::milliseconds(20);
  limits.read_timeout = std::chrono::milliseconds(20);
  Running running(limits);
  Raw idle(running);
  EXPECT_EQ(idle.frame(), "");
  Raw slow(running);
  slow.send(infer_frame(1).substr(0, 30));
  EXPECT_EQ(slow.frame(), "");
}

TEST(TcpServer, ClientThatDoesNotReadIsClosed) {
  net::Limits limits;
  limits.write_timeout = std::chrono::milliseconds(20);
  Running running(limits);
  {
    Raw raw(running);
    // Until the buffers between are full; the server closing ends the sending with an error.
    for (std::uint64_t id = 1; id <= 64; ++id) raw.send(infer_frame(id, {big()}));
  }
  while (running.server->connections() != 0) std::this_thread::yield();
}

TEST(TcpServer, RefusalsSayEverything) {
  Running running;
  running.service.refuses = true;
  auto& refusal = running.service.refusal;
  refusal.status = Status::overloaded;
  refusal.reason = "shed";
  refusal.message = "shed to keep labels on time";
  refusal.decision = "1-7";
  refusal.protects = "labels";
  refusal.numbers = schedule::Numbers{};
  refusal.numbers->queued = 12;
  refusal.numbers->predicted_finish = base::kNever;
  refusal.retry_after = std::chrono::milliseconds(250);
  auto client = Client::connect(running.client()).value();
  v2::Infer request;
  request.model = "echo";
  const auto answer = client.infer(request).value();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().status, Status::overloaded);
  EXPECT_EQ(answer.error().reason, "shed");
  EXPECT_EQ(answer.error().message, "shed to keep labels on time");
  EXPECT_EQ(answer.error().decision, "1-7");
  EXPECT_EQ(answer.error().protects, "labels");
  EXPECT_EQ(answer.error().retry_after_us, 250000u);
  ASSERT_TRUE(answer.error().grounds);
  EXPECT_EQ(answer.error().grounds->queued, 12u);
  EXPECT_EQ(answer.error().grounds->predicted_finish_us, INT64_MAX);
}

TEST(TcpServer, RateOfOneClientIsLimited) {
  net::Limits limits;
  limits.client_rate = 0.001;
  limits.client_burst = 1;
  Running running(limits);
  Raw raw(running);
  raw.send(infer_frame(1) + infer_frame(2) + frame_of(v2::Ping{3}));
  EXPECT_EQ(std::get<v2::InferReply>(receive(raw)).id, 1u);
  const auto error = std::get<v2::ErrorReply>(receive(raw));
  EXPECT_EQ(error.reason, "rate_limited");
  EXPECT_GT(error.retry_after_us, 0u);
  EXPECT_EQ(std::get<v2::Pong>(receive(raw)).id, 3u);
}

}  // namespace
}  // namespace sluice::serve::tcp
