#include "serve/grpc/server.hpp"

#include <algorithm>
#include <chrono>
#include <climits>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>

#include "serve/grpc/health.hpp"
#include "serve/grpc/inference_service.hpp"
#include "serve/net/tls.hpp"

namespace sluice::serve::grpc {
namespace {

using base::ErrorCode;

/// Answers every method that no service has: those of the protocol's other extensions, and typing
/// errors.
class UnknownMethods final : public ::grpc::CallbackGenericService {
 public:
  ::grpc::ServerGenericBidiReactor* CreateReactor(
      ::grpc::GenericCallbackServerContext* context) override {
    class Refuser final : public ::grpc::ServerGenericBidiReactor {
     public:
      explicit Refuser(const std::string& method) {
        Finish({::grpc::StatusCode::UNIMPLEMENTED,
                fmt::format("{} is not offered here: there is no shared memory, and tracing and "
                            "logging are set in the configuration; reflection lists what there is",
                            method)});
      }
      void OnDone() override { delete this; }
    };
    return new Refuser(context->method());
  }
};

/// The library's own messages (a failed handshake is an error to it) are for debugging only.
void log_through_spdlog() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function([](gpr_log_func_args* args) { spdlog::debug("gRPC: {}", args->message); });
  });
}

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || text.empty()) {
    return base::fail(ErrorCode::invalid, "{}: cannot be read; check that the file is there", path);
  }
  return text;
}

base::Result<std::shared_ptr<::grpc::ServerCredentials>> credentials(const net::TlsOptions& tls) {
  if (tls.certificate.empty()) return ::grpc::InsecureServerCredentials();
  // The library only says that it failed: this tells which file is wrong, and how.
  if (const auto checked = net::server_tls(tls); !checked) return tl::unexpected(checked.error());
  const auto certificate = read_file(tls.certificate);
  if (!certificate) return tl::unexpected(certificate.error());
  const auto key = read_file(tls.key);
  if (!key) return tl::unexpected(key.error());
  ::grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({*key, *certificate});
  if (!tls.client_ca.empty()) {
    auto authority = read_file(tls.client_ca);
    if (!authority) return tl::unexpected(std::move(authority.error()));
    options.pem_root_certs = *std::move(authority);
    options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return ::grpc::SslServerCredentials(options);
}

std::string endpoint(const net::ListenOptions& listen) {
  const bool v6 = listen.address.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", listen.address, listen.port)
            : fmt::format("{}:{}", listen.address, listen.port);
}

template <class T>
int as_int(T value) {
  return static_cast<int>(std::min<std::uint64_t>(static_cast<std::uint64_t>(value), INT_MAX));
}

int as_ms(base::Duration duration) {
  return as_int(std::max<std::int64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(), 1));
}

void apply_limits(const net::Limits& limits, ::grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(as_int(limits.body_bytes));
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, as_int(limits.header_bytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, as_int(limits.pipelined));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, as_ms(limits.idle_timeout));
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, as_ms(limits.read_timeout));
  // A peer that is gone without a word is noticed by pings, and its queued work cancelled.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, as_ms(limits.idle_timeout));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, as_ms(limits.write_timeout));
  // Clients may ping too, but not flood.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Otherwise a second server would share the port in silence.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

class GrpcServer final : public Server {
 public:
  GrpcServer(ServerContext context, ServerOptions options)
      : context_(std::move(context)),
        options_(std::move(options)),
        inference_(context_, options_, streams_),
        health_(context_.service, streams_, options_.health_interval) {}
  ~GrpcServer() override { stop(base::Duration(0)); }

  base::Status start() {
    log_through_spdlog();
    ::grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    const auto security = credentials(options_.tls);
    if (!security) return tl::unexpected(security.error());
    ::grpc::ServerBuilder builder;
    apply_limits(options_.limits, builder);
    builder.AddListeningPort(endpoint(options_.listen), *security, &port_);
    builder.RegisterService(&inference_);
    builder.RegisterService(&health_);
    builder.RegisterCallbackGenericService(&unknown_);
    server_ = builder.BuildAndStart();
    if (server_ != nullptr && port_ > 0) return {};
    return base::fail(ErrorCode::unavailable,
                      "{}: cannot listen: this port is in use, or the address is not one of this "
                      "machine's; choose another one, or stop the program that listens there",
                      endpoint(options_.listen));
  }

  [[nodiscard]] std::uint16_t port() const override { return static_cast<std::uint16_t>(port_); }

  void stop(base::Duration grace) override {
    if (server_ == nullptr) return;
    streams_.stop();
    server_->Shutdown(std::chrono::system_clock::now() + grace);
    server_->Wait();
    server_.reset();
  }

 private:
  ServerContext context_;
  ServerOptions options_;
  OpenStreams streams_;
  InferenceService inference_;
  Health health_;
  UnknownMethods unknown_;
  int port_ = 0;
  std::unique_ptr<::grpc::Server> server_;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(ServerContext context, ServerOptions options) {
  if (options.listen.address.empty()) {
    return base::fail(ErrorCode::invalid, "gRPC: no address to listen on");
  }
  auto server = std::make_unique<GrpcServer>(std::move(context), std::move(options));
  if (auto started = server->start(); !started) return tl::unexpected(std::move(started.error()));
  return server;
}

}  // namespace sluice::serve::grpc
