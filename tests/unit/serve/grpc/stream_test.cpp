// ModelStreamInfer.
#include <thread>

#include <gtest/gtest.h>

#include "unit/serve/grpc/grpc_helpers.hpp"

namespace sluice::serve::grpc {
namespace {

using inference::ModelStreamInferResponse;
using test::small_request;
using test::TestServer;

TEST(GrpcStream, AnswersInOrderAndEndsWithTheClient) {
  TestServer server;
  const auto stub = server.stub();
  ::grpc::ClientContext context;
  const auto stream = stub->ModelStreamInfer(&context);
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(stream->Write(small_request(id)));
  stream->WritesDone();
  ModelStreamInferResponse response;
  std::vector<std::string> ids;
  while (stream->Read(&response)) {
    EXPECT_EQ(response.error_message(), "");
    EXPECT_TRUE(response.infer_response().parameters().at("triton_final_response").bool_param());
    ids.push_back(response.infer_response().id());
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(GrpcStream, AnswersThatComeOutOfOrderWait) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  ::grpc::ClientContext context;
  const auto stream = stub->ModelStreamInfer(&context);
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(stream->Write(small_request(id)));
  server.service.wait_for_held(3);
  for (const char* id : {"c", "b", "a"}) server.service.release(id);
  ModelStreamInferResponse response;
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.infer_response().id(), id);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(GrpcStream, ARefusalIsAnAnswerAndTheStreamGoesOn) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::refuse;
  server.service.refusal.status = Status::deadline_exceeded;
  server.service.refusal.message = "could not be in time";
  server.service.refusal.reason = "infeasible";
  const auto stub = server.stub();
  ::grpc::ClientContext context;
  const auto stream = stub->ModelStreamInfer(&context);
  ModelStreamInferResponse response;
  for (const char* id : {"a", "b"}) {
    ASSERT_TRUE(stream->Write(small_request(id)));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.error_message(), "could not be in time");
    EXPECT_EQ(response.infer_response().id(), id);
    const auto& parameters = response.infer_response().parameters();
    EXPECT_EQ(parameters.at("status").string_param(), "DEADLINE_EXCEEDED");
    EXPECT_EQ(parameters.at("sluice-reason").string_param(), "infeasible");
  }
  auto malformed = small_request("c");
  malformed.mutable_inputs(0)->set_datatype("?");
  ASSERT_TRUE(stream->Write(malformed));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_NE(response.error_message().find("unknown datatype"), std::string::npos);
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(GrpcStream, ReadsNoMoreThanItMayHoldAndGoesOnAfterwards) {
  ServerOptions options;
  options.limits.pipelined = 2;
  TestServer server(options);
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  ::grpc::ClientContext context;
  const auto stream = stub->ModelStreamInfer(&context);
  for (const char* id : {"a", "b", "c", "d"}) ASSERT_TRUE(stream->Write(small_request(id)));
  ModelStreamInferResponse response;
  for (const char* id : {"a", "b", "c", "d"}) {
    // Two in progress, until there are no more to come.
    server.service.wait_for_held(id == std::string("d") ? 1 : 2);
    server.service.release(id);
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.infer_response().id(), id);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(GrpcStream, CancellingCancelsAllItsRequests) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  ::grpc::ClientContext context;
  const auto stream = stub->ModelStreamInfer(&context);
  for (const char* id : {"a", "b"}) ASSERT_TRUE(stream->Write(small_request(id)));
  server.service.wait_for_held(2);
  context.TryCancel();
  server.service.wait_for_cancelled(2);
  EXPECT_EQ(stream->Finish().error_code(), ::grpc::StatusCode::CANCELLED);
}

TEST(GrpcStream, AStoppingServerAnswersWhatItAcceptedAndEndsTheStream) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  ::grpc::ClientContext context;
  const auto stream = stub->ModelStreamInfer(&context);
  ASSERT_TRUE(stream->Write(small_request("a")));
  server.service.wait_for_held(1);
  std::thread stopping([&] { server.server().stop(std::chrono::minutes(1)); });
  server.service.release("a");
  ModelStreamInferResponse response;
  EXPECT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.infer_response().id(), "a");
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), ::grpc::StatusCode::UNAVAILABLE);
  stopping.join();
}

}  // namespace
}  // namespace sluice::serve::grpc
