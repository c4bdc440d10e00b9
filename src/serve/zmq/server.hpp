// The server for Frigate's `zmq` detector: pictures come in, rows of boxes go out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.hpp"
#include "base/time.hpp"
#include "messaging/router.hpp"
#include "serve/net/options.hpp"
#include "serve/options.hpp"
#include "serve/request.hpp"
#include "serve/zmq/detection.hpp"

namespace sluice::serve {
class Service;
namespace net {
class RateLimiter;
}
}  // namespace sluice::serve

namespace sluice::serve::zmq {

/// What the server works with; all of it must outlive the server.
struct ServerParts {
  Service& service;
  net::RateLimiter& rates;
  const base::Clock& clock;
  const CurrentDetection& detection;
  net::Limits limits;
  /// Is told of every call: "infer" of a picture, "metadata" of a question about the model.
  std::function<void(const char* call, Status status, base::Duration latency)> on_call;
};

/// PARAMETERS AND BEHAVIOUR
/// Any number of clients, each with any number of pictures in flight: the task's queue bounds what
/// waits, its deadline how long. A picture that was dropped, or could not be looked at, is answered
/// with a refusal, never with detections. The question whether the model is ready is answered once
/// it is, or before its client gives up. An answer whose client has gone counts as cancelled.
///
/// THREADS: one of its own, which also makes pictures inputs and outputs rows. Every function is
/// thread-safe.
class Server {
 public:
  /// How long a client's question whether the model is ready may wait: less than the 30 s that
  /// Frigate waits for the answer.
  static constexpr base::Duration kMostWait = std::chrono::seconds(25);

  /// Serves through `router`, which is its own from then on.
  static std::unique_ptr<Server> start(std::unique_ptr<messaging::Router> router,
                                       const ZmqOptions& options, ServerParts parts);
  /// Opens the router. Errors: as messaging::open_router().
  static base::Result<std::unique_ptr<Server>> start(const ZmqOptions& options, ServerParts parts);
  /// As stop() without grace.
  virtual ~Server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Takes no more, and returns when what is in flight is answered, or after `grace`.
  virtual void stop(base::Duration grace) = 0;
};

}  // namespace sluice::serve::zmq
