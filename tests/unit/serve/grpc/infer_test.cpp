// ModelInfer: tensors in and out, parameters, refusals, deadlines, cancellation.
#include <cstring>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "unit/serve/grpc/grpc_helpers.hpp"

namespace sluice::serve::grpc {
namespace {

using inference::ModelInferRequest;
using inference::ModelInferResponse;
using test::small_request;
using test::TestServer;

struct Answer {
  ::grpc::Status status;
  ModelInferResponse response;
};

Answer infer(const TestServer& server, const ModelInferRequest& request) {
  ::grpc::ClientContext context;
  Answer answer;
  answer.status = server.stub()->ModelInfer(&context, request, &answer.response);
  return answer;
}

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

TEST(GrpcInfer, TypedContentsComeBackRaw) {
  TestServer server;
  const auto [status, response] = infer(server, small_request());
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.model_name(), "echo");
  EXPECT_EQ(response.model_version(), "2");
  EXPECT_EQ(response.id(), "7");
  ASSERT_EQ(response.outputs_size(), 1);
  EXPECT_EQ(response.outputs(0).name(), "OUT_x");
  EXPECT_EQ(response.outputs(0).datatype(), "FP32");
  EXPECT_EQ(response.outputs(0).shape(1), 2);
  ASSERT_EQ(response.raw_output_contents_size(), 1);
  EXPECT_EQ(response.raw_output_contents(0), raw<float>({0.25F, 0.5F}));
  EXPECT_EQ(server.calls, std::vector<std::string>{"infer ok"});
}

TEST(GrpcInfer, TellsTheDecisionAndTheTimes) {
  TestServer server;
  server.service.late = true;
  const auto [status, response] = infer(server, small_request());
  const auto& parameters = response.parameters();
  EXPECT_EQ(parameters.at("decision").string_param(), "1-42");
  EXPECT_TRUE(parameters.at("late").bool_param());
  EXPECT_DOUBLE_EQ(parameters.at("queue_ms").double_param(), 1.5);
  EXPECT_DOUBLE_EQ(parameters.at("compute_ms").double_param(), 20);
  EXPECT_DOUBLE_EQ(parameters.at("total_ms").double_param(), 21.5);
}

struct TypedCase {
  std::string dtype;
  std::function<void(inference::InferTensorContents&)> fill;
  std::string bytes;
};

TEST(GrpcInfer, EveryTypedList) {
  const std::vector<TypedCase> cases{
      {"BOOL", [](auto& c) { c.add_bool_contents(true); }, raw<std::uint8_t>({1})},
      {"UINT8", [](auto& c) { c.add_uint_contents(255); }, raw<std::uint8_t>({255})},
      {"UINT16", [](auto& c) { c.add_uint_contents(65535); }, raw<std::uint16_t>({65535})},
      {"UINT32", [](auto& c) { c.add_uint_contents(1U << 31); }, raw<std::uint32_t>({1U << 31})},
      {"UINT64", [](auto& c) { c.add_uint64_contents(1ULL << 63); },
       raw<std::uint64_t>({1ULL << 63})},
      {"INT8", [](auto& c) { c.add_int_contents(-128); }, raw<std::int8_t>({-128})},
      {"INT16", [](auto& c) { c.add_int_contents(-32768); }, raw<std::int16_t>({-32768})},
      {"INT32", [](auto& c) { c.add_int_contents(-7); }, raw<std::int32_t>({-7})},
      {"INT64", [](auto& c) { c.add_int64_contents(-7); }, raw<std::int64_t>({-7})},
      {"FP32", [](auto& c) { c.add_fp32_contents(1.5F); }, raw<float>({1.5F})},
      {"FP64", [](auto& c) { c.add_fp64_contents(1.5); }, raw<double>({1.5})},
      {"BYTES", [](auto& c) { c.add_bytes_contents("abc"); }, std::string("\3\0\0\0abc", 7)},
  };
  TestServer server;
  for (const auto& typed : cases) {
    ModelInferRequest request;
    request.set_model_name("echo");
    auto& input = *request.add_inputs();
    input.set_name("x");
    input.set_datatype(typed.dtype);
    input.add_shape(1);
    typed.fill(*input.mutable_contents());
    const auto [status, response] = infer(server, request);
    ASSERT_TRUE(status.ok()) << typed.dtype << ": " << status.error_message();
    EXPECT_EQ(response.outputs(0).datatype(), typed.dtype);
    EXPECT_EQ(response.raw_output_contents(0), typed.bytes) << typed.dtype;
  }
}

TEST(GrpcInfer, EveryRawTypeComesBackAsItWas) {
  const std::string data(16, '\1');
  TestServer server;
  for (const std::string dtype : {"BOOL", "UINT8", "INT8", "UINT16", "INT16", "FP16", "BF16",
                                  "UINT32", "INT32", "FP32", "UINT64", "INT64", "FP64"}) {
    ModelInferRequest request;
    request.set_model_name("echo");
    auto& input = *request.add_inputs();
    input.set_name("x");
    input.set_datatype(dtype);
    const auto size = tensor::size_of(*tensor::dtype_from(dtype));
    input.add_shape(static_cast<std::int64_t>(data.size() / size));
    *request.add_raw_input_contents() = data;
    const auto [status, response] = infer(server, request);
    ASSERT_TRUE(status.ok()) << dtype << ": " << status.error_message();
    EXPECT_EQ(response.raw_output_contents(0), data) << dtype;
  }
}

TEST(GrpcInfer, RawDataOutlivesTheCall) {
  TestServer server;
  auto request = small_request();
  request.mutable_inputs(0)->clear_contents();
  request.mutable_inputs(0)->set_shape(1, 1000);
  *request.add_raw_input_contents() = std::string(4000, 'z');
  ASSERT_TRUE(infer(server, request).status.ok());
  const auto kept = server.service.last();
  const auto data = kept.inputs[0].data();
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(data.data()), data.size()),
            std::string(4000, 'z'));
}

TEST(GrpcInfer, MalformedRequestsSayWhatIsWrong) {
  struct Case {
    std::function<void(ModelInferRequest&)> spoil;
    std::string says;
  };
  const std::vector<Case> cases{
      {[](auto& r) { r.add_raw_input_contents()->assign(8, '\0'); },
       "input x: has contents and raw_input_contents"},
      {[](auto& r) {
         r.add_raw_input_contents();
         r.add_raw_input_contents();
       },
       "2 raw_input_contents for 1 inputs"},
      {[](auto& r) { r.mutable_inputs(0)->set_datatype("FLOAT"); }, "unknown datatype \"FLOAT\""},
      {[](auto& r) { r.mutable_inputs(0)->set_datatype("FP16"); }, "raw_input_contents only"},
      {[](auto& r) { r.mutable_inputs(0)->set_datatype("INT32"); }, "of another type than INT32"},
      {[](auto& r) { r.mutable_inputs(0)->set_shape(1, 3); },
       "its shape has 3 elements, its contents 2"},
      {[](auto& r) { r.mutable_inputs(0)->set_shape(1, -3); }, "input x"},
      {[](auto& r) {
         r.mutable_inputs(0)->set_datatype("INT8");
         r.mutable_inputs(0)->mutable_contents()->Clear();
         r.mutable_inputs(0)->mutable_contents()->add_int_contents(128);
         r.mutable_inputs(0)->mutable_contents()->add_int_contents(0);
       },
       "element 0 is 128, outside the range of INT8"},
      {[](auto& r) {
         for (int i = 0; i < 20; ++i) r.mutable_inputs(0)->add_shape(1);
       },
       "22 dimensions; this server takes at most 16"},
      {[](auto& r) {
         for (int i = 0; i < 70; ++i) r.add_inputs();
       },
       "at most 64"},
      {[](auto& r) { (*r.mutable_parameters())["timeout"].set_string_param("1"); },
       "parameter timeout"},
      {[](auto& r) { (*r.mutable_parameters())["priority"].set_int64_param(-1); },
       "parameter priority"},
      {[](auto& r) { (*r.mutable_parameters())["deadline_ms"].set_int64_param(0); },
       "parameter deadline_ms"},
      {[](auto& r) { (*r.mutable_parameters())["task"].set_bool_param(true); }, "parameter task"},
      {[](auto& r) { r.add_outputs()->set_name("y"); }, "output y: model echo has no such output"},
  };
  TestServer server;
  for (const auto& bad : cases) {
    auto request = small_request();
    bad.spoil(request);
    const auto [status, response] = infer(server, request);
    EXPECT_EQ(status.error_code(), ::grpc::StatusCode::INVALID_ARGUMENT) << bad.says;
    EXPECT_NE(status.error_message().find(bad.says), std::string::npos) << status.error_message();
  }
}

TEST(GrpcInfer, SharedMemoryIsRefused) {
  TestServer server;
  auto request = small_request();
  (*request.mutable_inputs(0)->mutable_parameters())["shared_memory_region"].set_string_param("r");
  EXPECT_EQ(infer(server, request).status.error_code(), ::grpc::StatusCode::UNIMPLEMENTED);
}

TEST(GrpcInfer, OnlyTheOutputsAskedFor) {
  TestServer server;
  auto request = small_request();
  *request.add_inputs() = request.inputs(0);
  request.mutable_inputs(1)->set_name("z");
  request.add_outputs()->set_name("OUT_z");
  const auto [status, response] = infer(server, request);
  ASSERT_TRUE(status.ok());
  ASSERT_EQ(response.outputs_size(), 1);
  EXPECT_EQ(response.outputs(0).name(), "OUT_z");
  EXPECT_EQ(response.raw_output_contents_size(), 1);
}

TEST(GrpcInfer, Classification) {
  TestServer server;
  auto request = small_request();
  auto& output = *request.add_outputs();
  output.set_name("OUT_x");
  (*output.mutable_parameters())["classification"].set_int64_param(1);
  const auto [status, response] = infer(server, request);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.outputs(0).datatype(), "BYTES");
  EXPECT_EQ(response.raw_output_contents(0).substr(4), "0.500000:1:dog");
}

TEST(GrpcInfer, OutputsAreKnownBeforeTheModelRuns) {
  TestServer server;
  auto request = small_request();
  request.add_outputs()->set_name("plain");
  auto& output = *request.add_outputs();
  output.set_name("OUT_x");
  auto& parameters = *output.mutable_parameters();
  parameters["classification"].set_int64_param(0);
  EXPECT_EQ(infer(server, request).status.error_code(), ::grpc::StatusCode::INVALID_ARGUMENT);
  parameters["shared_memory_region"].set_string_param("r");
  EXPECT_EQ(infer(server, request).status.error_code(), ::grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(server.service.last().model, "");  // nothing was submitted

  parameters.erase("shared_memory_region");
  parameters["classification"].set_int64_param(2);
  infer(server, request);
  const auto got = server.service.last().outputs;
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].name, "plain");
  EXPECT_EQ(got[0].classes, 0U);
  EXPECT_EQ(got[1].name, "OUT_x");
  EXPECT_EQ(got[1].classes, 2U);
}

TEST(GrpcInfer, ParametersReachTheService) {
  TestServer server;
  auto request = small_request();
  request.set_model_version("1");
  auto& parameters = *request.mutable_parameters();
  parameters["priority"].set_uint64_param(3);
  parameters["timeout"].set_int64_param(70'000);
  parameters["deadline_ms"].set_double_param(12.5);
  parameters["task"].set_string_param("labels");
  parameters["sequence_id"].set_int64_param(5);
  ::grpc::ClientContext context;
  context.AddMetadata("traceparent", "00-trace-01");
  ModelInferResponse response;
  ASSERT_TRUE(server.stub()->ModelInfer(&context, request, &response).ok());
  const auto got = server.service.last();
  EXPECT_EQ(got.model, "echo");
  EXPECT_EQ(got.version, "1");
  EXPECT_EQ(got.id, "7");
  EXPECT_EQ(got.priority, 3U);
  EXPECT_EQ(got.timeout, base::Duration(std::chrono::microseconds(12'500)));
  EXPECT_EQ(got.task, "labels");
  EXPECT_EQ(got.traceparent, "00-trace-01");
}

TEST(GrpcInfer, NoDeadlineNoTimeout) {
  TestServer server;
  auto request = small_request();
  (*request.mutable_parameters())["timeout"].set_int64_param(0);
  ASSERT_TRUE(infer(server, request).status.ok());
  EXPECT_EQ(server.service.last().timeout, std::nullopt);
}

TEST(GrpcInfer, TheCallsDeadlineIsTheRequests) {
  TestServer server;
  ::grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::hours(1));
  ModelInferResponse response;
  ASSERT_TRUE(server.stub()->ModelInfer(&context, small_request(), &response).ok());
  const auto timeout = server.service.last().timeout;
  ASSERT_TRUE(timeout);
  EXPECT_LT(*timeout, std::chrono::hours(2));  // the library rounds up, by seconds
  EXPECT_GT(*timeout, std::chrono::minutes(1));
}

TEST(GrpcInfer, RefusalsAreExplained) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::refuse;
  auto& refusal = server.service.refusal;
  refusal.status = Status::overloaded;
  refusal.message = "shed to keep labels on time";
  refusal.reason = "shed";
  refusal.decision = "1-9";
  refusal.protects = "labels";
  refusal.retry_after = std::chrono::microseconds(1200);
  refusal.numbers.emplace();
  refusal.numbers->service = std::chrono::milliseconds(20);
  refusal.numbers->queued = 4;
  ::grpc::ClientContext context;
  ModelInferResponse response;
  const auto status = server.stub()->ModelInfer(&context, small_request(), &response);
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "shed to keep labels on time");
  EXPECT_EQ(test::trailer(context, "sluice-reason"), "shed");
  EXPECT_EQ(test::trailer(context, "sluice-decision"), "1-9");
  EXPECT_EQ(test::trailer(context, "sluice-protects"), "labels");
  EXPECT_EQ(test::trailer(context, "retry-after-ms"), "2");
  EXPECT_NE(test::trailer(context, "sluice-numbers").find("\"service_ms\":20"), std::string::npos);
  EXPECT_EQ(server.calls, std::vector<std::string>{"infer overloaded"});
}

TEST(GrpcInfer, EveryStatusHasItsCode) {
  const std::map<Status, ::grpc::StatusCode> codes{
      {Status::invalid, ::grpc::StatusCode::INVALID_ARGUMENT},
      {Status::not_found, ::grpc::StatusCode::NOT_FOUND},
      {Status::conflict, ::grpc::StatusCode::FAILED_PRECONDITION},
      {Status::too_large, ::grpc::StatusCode::RESOURCE_EXHAUSTED},
      {Status::unsupported, ::grpc::StatusCode::UNIMPLEMENTED},
      {Status::unavailable, ::grpc::StatusCode::UNAVAILABLE},
      {Status::deadline_exceeded, ::grpc::StatusCode::DEADLINE_EXCEEDED},
      {Status::internal, ::grpc::StatusCode::INTERNAL},
  };
  TestServer server;
  server.service.mode = test::FakeService::Mode::refuse;
  for (const auto& [status, code] : codes) {
    server.service.refusal.status = status;
    EXPECT_EQ(infer(server, small_request()).status.error_code(), code) << to_string(status);
  }
}

TEST(GrpcInfer, CancellingTheCallCancelsTheRequest) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  ::grpc::ClientContext context;
  std::thread client([&] {
    ModelInferResponse response;
    EXPECT_EQ(stub->ModelInfer(&context, small_request(), &response).error_code(),
              ::grpc::StatusCode::CANCELLED);
  });
  server.service.wait_for_held(1);
  context.TryCancel();
  server.service.wait_for_cancelled(1);
  client.join();
}

TEST(GrpcInfer, ManyInProgressAnswerInAnyOrder) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  std::vector<std::thread> clients;
  for (const std::string id : {"a", "b", "c"}) {
    clients.emplace_back([&stub, id] {
      ::grpc::ClientContext context;
      ModelInferResponse response;
      EXPECT_TRUE(stub->ModelInfer(&context, small_request(id), &response).ok());
      EXPECT_EQ(response.id(), id);
    });
  }
  server.service.wait_for_held(3);
  for (const char* id : {"c", "a", "b"}) server.service.release(id);
  for (auto& client : clients) client.join();
}

}  // namespace
}  // namespace sluice::serve::grpc
