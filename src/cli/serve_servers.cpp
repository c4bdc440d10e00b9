#include "cli/serve_servers.hpp"

#include <algorithm>
#include <thread>

#include "serve/grpc/server.hpp"
#include "serve/http/server.hpp"
#include "serve/net/tls.hpp"
#include "serve/net/tokens.hpp"
#include "serve/tcp/server.hpp"
#include "serve/zmq/server.hpp"

namespace sluice::cli {
namespace {

using serve::net::ListenOptions;

/// Between looks at whether the last answers are written.
constexpr std::chrono::milliseconds kDrainTick(2);

class RunningServers final : public Servers {
 public:
  RunningServers(const serve::ServeOptions& options, serve::Service& service,
                 serve::Observer& observer, const serve::net::Tokens& tokens,
                 const serve::zmq::CurrentDetection& detection, const base::Clock& clock,
                 station::Service* stations)
      : options_(options),
        service_(service),
        observer_(observer),
        tokens_(tokens),
        detection_(detection),
        clock_(clock),
        stations_(stations),
        rates_(options.limits.client_rate, options.limits.client_burst),
        threads_(options.io_threads) {}

  base::Status start() {
    auto tls = serve::net::server_tls(options_.tls);
    if (!tls) return tl::unexpected(base::with_context("serve.tls", tls.error()));
    tls_ = std::move(*tls);
    const bool own_admin = !options_.admin.address.empty();
    if (auto started = start_http("http", options_.http, !own_admin); !started) return started;
    if (auto started = start_http("admin", options_.admin, true); !started) return started;
    if (auto started = start_grpc(!own_admin); !started) return started;
    if (auto started = start_tcp(); !started) return started;
    return start_zmq();
  }

  const std::vector<Listening>& listening() const override { return listening_; }

  void stop(base::Duration grace) override {
    const auto end = clock_.now() + grace;
    for (auto& server : http_) server->stop();
    if (tcp_) tcp_->stop();
    if (grpc_) grpc_->stop(grace);
    if (zmq_) zmq_->stop(grace);
    while (connections() > 0 && clock_.now() < end) std::this_thread::sleep_for(kDrainTick);
  }

 private:
  auto on_call(const char* protocol) {
    return [this, protocol](const char* call, serve::Status status, base::Duration latency) {
      observer_.on_call(protocol, call, status, latency);
    };
  }

  void add(const char* protocol, const char* scheme, const ListenOptions& listen,
           std::uint16_t port) {
    const bool v6 = listen.address.find(':') != std::string::npos;
    const auto host = v6 ? '[' + listen.address + ']' : listen.address;
    listening_.push_back({protocol, fmt::format("{}://{}:{}", scheme, host, port), port});
  }

  base::Status start_http(const char* protocol, const ListenOptions& listen, bool management) {
    if (listen.address.empty()) return {};
    const serve::http::ServerParts parts{service_, tokens_, rates_, clock_, threads_};
    serve::http::ServerOptions options;
    options.listen = listen;
    options.tls = tls_;
    options.limits = options_.limits;
    options.management = management;
    options.stations = stations_;
    options.on_call = on_call("http");
    if (management) options.assets = serve::http::assets();
    auto server = serve::http::Server::start(parts, std::move(options));
    if (!server) {
      return tl::unexpected(base::with_context(fmt::format("serve.{}", protocol), server.error()));
    }
    http_.push_back(std::move(*server));
    add(protocol, tls_ ? "https" : "http", listen, http_.back()->port());
    return {};
  }

  base::Status start_grpc(bool management) {
    if (options_.grpc.address.empty()) return {};
    serve::grpc::ServerOptions options;
    options.listen = options_.grpc;
    options.tls = options_.tls;
    options.limits = options_.limits;
    options.management = management;
    auto server = serve::grpc::Server::start({service_, clock_, tokens_, rates_, on_call("grpc")},
                                             std::move(options));
    if (!server) return tl::unexpected(base::with_context("serve.grpc", server.error()));
    grpc_ = std::move(*server);
    add("grpc", tls_ ? "grpcs" : "grpc", options_.grpc, grpc_->port());
    return {};
  }

  base::Status start_tcp() {
    if (options_.tcp.address.empty()) return {};
    serve::tcp::Context context{service_, &observer_, tokens_, rates_, clock_, options_.limits};
    auto server = serve::tcp::Server::start(threads_, options_.tcp, tls_, std::move(context));
    if (!server) return tl::unexpected(base::with_context("serve.tcp", server.error()));
    tcp_ = std::move(*server);
    add("tcp", tls_ ? "tcps" : "tcp", options_.tcp, tcp_->port());
    return {};
  }

  base::Status start_zmq() {
    if (!options_.zmq || options_.zmq->listen.address.empty()) return {};
    auto server = serve::zmq::Server::start(
        *options_.zmq, {service_, rates_, clock_, detection_, options_.limits, on_call("zmq")});
    if (!server) return tl::unexpected(base::with_context("serve.zmq", server.error()));
    zmq_ = std::move(*server);
    // As Frigate's `endpoint` has it.
    add("zmq", "tcp", options_.zmq->listen, zmq_->port());
    return {};
  }

  std::size_t connections() const {
    std::size_t count = tcp_ ? tcp_->connections() : 0;
    for (const auto& server : http_) count += server->connections();
    return count;
  }

  const serve::ServeOptions options_;
  serve::Service& service_;
  serve::Observer& observer_;
  const serve::net::Tokens& tokens_;
  const serve::zmq::CurrentDetection& detection_;
  const base::Clock& clock_;
  station::Service* const stations_;
  serve::net::RateLimiter rates_;
  serve::net::TlsContext tls_;
  serve::net::IoThreads threads_;
  std::vector<std::unique_ptr<serve::http::Server>> http_;
  std::unique_ptr<serve::tcp::Server> tcp_;
  std::unique_ptr<serve::grpc::Server> grpc_;
  std::unique_ptr<serve::zmq::Server> zmq_;
  std::vector<Listening> listening_;
};

}  // namespace

base::Result<std::unique_ptr<Servers>> Servers::start(
    const serve::ServeOptions& options, serve::Service& service, serve::Observer& observer,
    const serve::net::Tokens& tokens, const serve::zmq::CurrentDetection& detection,
    const base::Clock& clock, station::Service* stations) {
  auto servers = std::make_unique<RunningServers>(options, service, observer, tokens, detection,
                                                  clock, stations);
  if (auto started = servers->start(); !started) return tl::unexpected(started.error());
  return servers;
}

}  // namespace sluice::cli
