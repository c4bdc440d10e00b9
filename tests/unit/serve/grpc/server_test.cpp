// The server itself: health, reflection, security, limits, ports, the end.
#include <algorithm>
#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <health.grpc.pb.h>

#include "unit/serve/grpc/grpc_helpers.hpp"

namespace sluice::serve::grpc {
namespace {

using ::grpc::StatusCode;
using ::grpc::health::v1::HealthCheckRequest;
using ::grpc::health::v1::HealthCheckResponse;
using inference::ModelInferResponse;
using test::small_request;
using test::TestServer;

::grpc::Status infer(TestServer::Stub& stub, const std::string& token = {}) {
  ::grpc::ClientContext context;
  if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
  ModelInferResponse response;
  return stub.ModelInfer(&context, small_request(), &response);
}

TEST(GrpcServer, HealthFollowsReadiness) {
  TestServer server;
  const auto health = ::grpc::health::v1::Health::NewStub(server.channel());
  for (const bool ready : {true, false}) {
    server.service.set_ready(ready);
    for (const std::string name : {"", "inference.GRPCInferenceService"}) {
      HealthCheckRequest request;
      request.set_service(name);
      HealthCheckResponse response;
      ::grpc::ClientContext context;
      ASSERT_TRUE(health->Check(&context, request, &response).ok());
      EXPECT_EQ(response.status(),
                ready ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
    }
  }
  HealthCheckRequest request;
  request.set_service("other");
  HealthCheckResponse response;
  ::grpc::ClientContext context;
  EXPECT_EQ(health->Check(&context, request, &response).error_code(), StatusCode::NOT_FOUND);
}

TEST(GrpcServer, HealthWatchersSeeChangesAndTheEnd) {
  TestServer server;
  const auto health = ::grpc::health::v1::Health::NewStub(server.channel());
  ::grpc::ClientContext context;
  const auto watch = health->Watch(&context, {});
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  server.service.set_ready(false);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  server.server().stop(std::chrono::minutes(1));
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::UNAVAILABLE);
}

TEST(GrpcServer, ReflectionListsTheServices) {
  TestServer server;
  ::grpc::GenericStub stub(server.channel());
  // ServerReflectionRequest{list_services: ""}: field 7, no bytes.
  const ::grpc::Slice slice(std::string("\x3a\0", 2));
  const ::grpc::ByteBuffer request(&slice, 1);
  ::grpc::ClientContext context;
  ::grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  call->Write(request, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  ::grpc::ByteBuffer response;
  call->Read(&response, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  ::grpc::Slice whole;
  ASSERT_TRUE(response.DumpToSingleSlice(&whole).ok());
  const std::string text(reinterpret_cast<const char*>(whole.begin()), whole.size());
  EXPECT_NE(text.find("inference.GRPCInferenceService"), std::string::npos);
  EXPECT_NE(text.find("grpc.health.v1.Health"), std::string::npos);
  context.TryCancel();
  ::grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
}

TEST(GrpcServer, UnknownMethodsAreRefusedWithAReason) {
  TestServer server;
  ::grpc::GenericStub stub(server.channel());
  ::grpc::ClientContext context;
  ::grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(
      &context, "/inference.GRPCInferenceService/SystemSharedMemoryStatus", {}, &queue);
  call->StartCall();
  ::grpc::ByteBuffer response;
  ::grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_NE(status.error_message().find("SystemSharedMemoryStatus is not offered"),
            std::string::npos);
}

TEST(GrpcServer, APortInUseIsAnError) {
  TestServer first;
  ServerOptions options;
  options.listen = {"127.0.0.1", first.server().port()};
  base::SteadyClock clock;
  net::Tokens tokens;
  net::RateLimiter rates(0, 1);
  const auto second = Server::start({first.service, clock, tokens, rates, {}}, options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::unavailable);
  EXPECT_NE(second.error().message.find("this port is in use"), std::string::npos);
}

TEST(GrpcServer, NoAddressIsAnError) {
  test::FakeService service;
  base::SteadyClock clock;
  net::Tokens tokens;
  net::RateLimiter rates(0, 1);
  EXPECT_FALSE(Server::start({service, clock, tokens, rates, {}}, {}));
}

TEST(GrpcServer, TokensAndRoles) {
  const test::TempFolder folder;
  TestServer server({}, folder.write("tokens", "infer i-token\noperate o-token\nadmin a-token\n"));
  const auto stub = server.stub();
  EXPECT_EQ(infer(*stub).error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(infer(*stub, "guess").error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(infer(*stub, "i-token").ok());
  EXPECT_TRUE(infer(*stub, "a-token").ok());
  const auto statistics = [&](const std::string& token) {
    ::grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    inference::ModelStatisticsResponse response;
    return stub->ModelStatistics(&context, {}, &response).error_code();
  };
  EXPECT_EQ(statistics("i-token"), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(statistics("o-token"), StatusCode::OK);
  const auto unload = [&](const std::string& token) {
    ::grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    inference::RepositoryModelUnloadResponse response;
    return stub->RepositoryModelUnload(&context, {}, &response).error_code();
  };
  EXPECT_EQ(unload("o-token"), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(unload("a-token"), StatusCode::OK);
  ::grpc::ClientContext context;
  inference::ServerLiveResponse response;
  EXPECT_TRUE(stub->ServerLive(&context, {}, &response).ok()) << "liveness needs no token";
  ::grpc::ClientContext stream_context;
  EXPECT_EQ(stub->ModelStreamInfer(&stream_context)->Finish().error_code(),
            StatusCode::UNAUTHENTICATED);
}

TEST(GrpcServer, AClientsRateIsLimited) {
  ServerOptions options;
  options.limits.client_rate = 0.001;
  options.limits.client_burst = 2;
  TestServer server(options);
  const auto stub = server.stub();
  EXPECT_TRUE(infer(*stub).ok());
  EXPECT_TRUE(infer(*stub).ok());
  ::grpc::ClientContext context;
  ModelInferResponse response;
  EXPECT_EQ(stub->ModelInfer(&context, small_request(), &response).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(test::trailer(context, "sluice-reason"), "rate_limited");
  EXPECT_NE(test::trailer(context, "retry-after-ms"), "");
}

TEST(GrpcServer, MessagesHaveALimit) {
  ServerOptions options;
  options.limits.body_bytes = 1000;
  TestServer server(options);
  auto request = small_request();
  request.set_id(std::string(2000, 'x'));
  ::grpc::ClientContext context;
  ModelInferResponse response;
  EXPECT_EQ(server.stub()->ModelInfer(&context, request, &response).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
}

::grpc::Status infer_with_tls(const TestServer& server, const std::string& authority,
                              const test::Certificate& own) {
  ::grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = authority;
  ssl.pem_cert_chain = own.certificate;
  ssl.pem_private_key = own.key;
  ::grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  const auto channel =
      ::grpc::CreateCustomChannel(server.address(), ::grpc::SslCredentials(ssl), arguments);
  return infer(*inference::GRPCInferenceService::NewStub(channel));
}

TEST(GrpcServer, Tls) {
  const test::TempFolder folder;
  const auto own = test::make_certificate();
  ServerOptions options;
  options.tls.certificate = folder.write("server.pem", own.certificate);
  options.tls.key = folder.write("server.key", own.key);
  TestServer server(options);
  EXPECT_TRUE(infer_with_tls(server, own.certificate, {}).ok());
  EXPECT_FALSE(infer(*server.stub()).ok()) << "plain text on a TLS port";
}

TEST(GrpcServer, MutualTls) {
  const test::TempFolder folder;
  const auto own = test::make_certificate();
  const auto client = test::make_certificate();
  ServerOptions options;
  options.tls.certificate = folder.write("server.pem", own.certificate);
  options.tls.key = folder.write("server.key", own.key);
  options.tls.client_ca = folder.write("clients.pem", client.certificate);
  TestServer server(options);
  EXPECT_TRUE(infer_with_tls(server, own.certificate, client).ok());
  EXPECT_FALSE(infer_with_tls(server, own.certificate, {}).ok());
  EXPECT_FALSE(infer_with_tls(server, own.certificate, test::make_certificate()).ok());
}

TEST(GrpcServer, BadTlsFilesAreAnError) {
  const test::TempFolder folder;
  test::FakeService service;
  base::SteadyClock clock;
  net::Tokens tokens;
  net::RateLimiter rates(0, 1);
  ServerOptions options;
  options.listen.address = "127.0.0.1";
  options.tls.certificate = folder.write("server.pem", "nonsense");
  options.tls.key = folder.path("missing.key");
  const auto server = Server::start({service, clock, tokens, rates, {}}, options);
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("server.pem"), std::string::npos);
}

TEST(GrpcServer, StoppingLetsCallsFinish) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  std::thread client([&] { EXPECT_TRUE(infer(*stub).ok()); });
  server.service.wait_for_held(1);
  std::thread stopping([&] { server.server().stop(std::chrono::minutes(1)); });
  server.service.release("7");
  client.join();
  stopping.join();
}

TEST(GrpcServer, StoppingWithoutGraceCancels) {
  TestServer server;
  server.service.mode = test::FakeService::Mode::hold;
  const auto stub = server.stub();
  std::thread client([&] { EXPECT_FALSE(infer(*stub).ok()); });
  server.service.wait_for_held(1);
  server.server().stop(base::Duration(0));
  server.service.wait_for_cancelled(1);
  client.join();
}

}  // namespace
}  // namespace sluice::serve::grpc
