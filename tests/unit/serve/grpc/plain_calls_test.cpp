// Every call that is not an inference.
#include <gtest/gtest.h>

#include "unit/serve/grpc/grpc_helpers.hpp"

namespace sluice::serve::grpc {
namespace {

using test::TestServer;

TEST(GrpcCalls, ServerState) {
  TestServer server;
  const auto stub = server.stub();
  {
    ::grpc::ClientContext context;
    inference::ServerLiveResponse response;
    ASSERT_TRUE(stub->ServerLive(&context, {}, &response).ok());
    EXPECT_TRUE(response.live());
  }
  for (const bool ready : {true, false}) {
    server.service.set_ready(ready);
    ::grpc::ClientContext context;
    inference::ServerReadyResponse response;
    ASSERT_TRUE(stub->ServerReady(&context, {}, &response).ok());
    EXPECT_EQ(response.ready(), ready);
  }
  ::grpc::ClientContext context;
  inference::ServerMetadataResponse response;
  ASSERT_TRUE(stub->ServerMetadata(&context, {}, &response).ok());
  EXPECT_EQ(response.name(), "sluice");
  EXPECT_EQ(response.version(), "9.9");
  ASSERT_EQ(response.extensions_size(), 1);
  EXPECT_EQ(response.extensions(0), "classification");
}

TEST(GrpcCalls, ModelReady) {
  TestServer server;
  const auto stub = server.stub();
  for (const std::string name : {"echo", "nobody"}) {
    ::grpc::ClientContext context;
    inference::ModelReadyRequest request;
    request.set_name(name);
    inference::ModelReadyResponse response;
    ASSERT_TRUE(stub->ModelReady(&context, request, &response).ok());
    EXPECT_EQ(response.ready(), name == "echo");
  }
}

TEST(GrpcCalls, ModelMetadata) {
  TestServer server;
  const auto stub = server.stub();
  inference::ModelMetadataRequest request;
  request.set_name("echo");
  inference::ModelMetadataResponse response;
  ::grpc::ClientContext context;
  ASSERT_TRUE(stub->ModelMetadata(&context, request, &response).ok());
  EXPECT_EQ(response.platform(), "test_echo");
  EXPECT_EQ(response.versions_size(), 2);
  ASSERT_EQ(response.inputs_size(), 2);
  EXPECT_EQ(response.inputs(0).datatype(), "FP32");
  EXPECT_EQ(response.inputs(0).shape(0), -1);
  EXPECT_EQ(response.inputs(1).datatype(), "BYTES");
  ASSERT_EQ(response.outputs_size(), 1);
  EXPECT_EQ(response.outputs(0).name(), "OUT_x");

  request.set_name("nobody");
  ::grpc::ClientContext second;
  const auto status = stub->ModelMetadata(&second, request, &response);
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "there is no model nobody");
}

TEST(GrpcCalls, ModelConfigLeavesTheBatchAxisOut) {
  TestServer server;
  inference::ModelConfigRequest request;
  request.set_name("echo");
  inference::ModelConfigResponse response;
  ::grpc::ClientContext context;
  ASSERT_TRUE(server.stub()->ModelConfig(&context, request, &response).ok());
  const auto& config = response.config();
  EXPECT_EQ(config.max_batch_size(), 4);
  EXPECT_TRUE(config.has_dynamic_batching());
  EXPECT_EQ(config.backend(), "test");
  ASSERT_EQ(config.input_size(), 2);
  EXPECT_EQ(config.input(0).data_type(), inference::TYPE_FP32);
  ASSERT_EQ(config.input(0).dims_size(), 1);
  EXPECT_EQ(config.input(0).dims(0), 2);
  EXPECT_EQ(config.input(1).data_type(), inference::TYPE_STRING);
  EXPECT_EQ(config.input(1).dims_size(), 0);
}

TEST(GrpcCalls, ModelStatistics) {
  TestServer server;
  const auto stub = server.stub();
  inference::ModelStatisticsResponse response;
  ::grpc::ClientContext context;
  ASSERT_TRUE(stub->ModelStatistics(&context, {}, &response).ok());
  ASSERT_EQ(response.model_stats_size(), 1);
  const auto& model = response.model_stats(0);
  EXPECT_EQ(model.last_inference(), 1234U);
  EXPECT_EQ(model.inference_count(), 9U);
  EXPECT_EQ(model.execution_count(), 5U);
  EXPECT_EQ(model.inference_stats().success().count(), 8U);
  EXPECT_EQ(model.inference_stats().success().ns(), 800U);
  ASSERT_EQ(model.batch_stats_size(), 1);
  EXPECT_EQ(model.batch_stats(0).batch_size(), 2U);
  EXPECT_EQ(model.batch_stats(0).compute_infer().ns(), 60U);
  EXPECT_EQ(model.batch_stats(0).compute_input().count(), 4U);
  EXPECT_EQ(model.batch_stats(0).compute_output().count(), 4U);

  inference::ModelStatisticsRequest request;
  request.set_name("nobody");
  ::grpc::ClientContext second;
  EXPECT_EQ(stub->ModelStatistics(&second, request, &response).error_code(),
            ::grpc::StatusCode::NOT_FOUND);
}

TEST(GrpcCalls, RepositoryIndex) {
  TestServer server;
  const auto stub = server.stub();
  inference::RepositoryIndexResponse response;
  ::grpc::ClientContext context;
  ASSERT_TRUE(stub->RepositoryIndex(&context, {}, &response).ok());
  ASSERT_EQ(response.models_size(), 2);
  EXPECT_EQ(response.models(0).state(), "READY");
  EXPECT_EQ(response.models(1).state(), "UNAVAILABLE");
  EXPECT_EQ(response.models(1).reason(), "its file cannot be read");

  inference::RepositoryIndexRequest request;
  request.set_ready(true);
  ::grpc::ClientContext second;
  ASSERT_TRUE(stub->RepositoryIndex(&second, request, &response).ok());
  ASSERT_EQ(response.models_size(), 1);
  EXPECT_EQ(response.models(0).name(), "echo");
}

TEST(GrpcCalls, LoadAndUnload) {
  TestServer server;
  const auto stub = server.stub();
  inference::RepositoryModelLoadRequest load;
  load.set_model_name("echo");
  inference::RepositoryModelLoadResponse loaded;
  ::grpc::ClientContext first;
  EXPECT_TRUE(stub->RepositoryModelLoad(&first, load, &loaded).ok());
  inference::RepositoryModelUnloadRequest unload;
  unload.set_model_name("echo");
  (*unload.mutable_parameters())["unload_dependents"].set_bool_param(false);
  inference::RepositoryModelUnloadResponse unloaded;
  ::grpc::ClientContext second;
  EXPECT_TRUE(stub->RepositoryModelUnload(&second, unload, &unloaded).ok());
  EXPECT_EQ(server.service.changes(), (std::vector<std::string>{"load echo", "unload echo"}));

  server.service.change_error = base::Error{base::ErrorCode::unavailable, "loading already"};
  ::grpc::ClientContext third;
  const auto status = stub->RepositoryModelLoad(&third, load, &loaded);
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "loading already");

  (*load.mutable_parameters())["config"].set_string_param("{}");
  ::grpc::ClientContext fourth;
  EXPECT_EQ(stub->RepositoryModelLoad(&fourth, load, &loaded).error_code(),
            ::grpc::StatusCode::UNIMPLEMENTED);
}

TEST(GrpcCalls, ManagementElsewhere) {
  ServerOptions options;
  options.management = false;
  TestServer server(options);
  inference::RepositoryModelUnloadRequest unload;
  inference::RepositoryModelUnloadResponse unloaded;
  ::grpc::ClientContext context;
  EXPECT_EQ(server.stub()->RepositoryModelUnload(&context, unload, &unloaded).error_code(),
            ::grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(server.service.changes().empty());
}

}  // namespace
}  // namespace sluice::serve::grpc
