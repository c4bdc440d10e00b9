// The daemon's gRPC side: the Open Inference Protocol, health and reflection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.hpp"
#include "base/time.hpp"
#include "serve/net/options.hpp"
#include "serve/net/rate_limiter.hpp"
#include "serve/net/tokens.hpp"
#include "serve/service.hpp"

namespace sluice::serve::grpc {

struct ServerOptions {
  net::ListenOptions listen;
  net::TlsOptions tls;
  net::Limits limits;
  /// Whether models can be loaded and unloaded here; false where management has an address of
  /// its own.
  bool management = true;
  /// How often a health watcher looks for a change.
  base::Duration health_interval{std::chrono::milliseconds(500)};
};

/// What the server works with; all of it must outlive the server.
struct ServerContext {
  Service& service;
  const base::Clock& clock;
  const net::Tokens& tokens;
  net::RateLimiter& rates;
  /// One call was answered; `call`: "infer", "model_metadata". May be empty; any thread.
  std::function<void(const char* call, Status status, base::Duration latency)> on_call;
};

/// THREADS: the gRPC library's own. stop() and the destructor: from one thread, none of them.
class Server {
 public:
  /// Errors: no address to listen on, a port in use (unavailable), bad TLS files (invalid).
  static base::Result<std::unique_ptr<Server>> start(ServerContext context, ServerOptions options);
  /// stop() without grace.
  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Takes no new calls, lets those in progress finish for up to `grace`, cancels the rest, and
  /// returns when every call has ended: the service must still answer, and does so for what is
  /// cancelled. Idempotent.
  virtual void stop(base::Duration grace) = 0;
};

}  // namespace sluice::serve::grpc
