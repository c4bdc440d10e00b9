// What the HTTP server answers: every route, as a function of the request. No sockets here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "serve/http/assets.hpp"
#include "serve/http/message.hpp"
#include "serve/http/places.hpp"
#include "serve/net/options.hpp"
#include "serve/net/rate_limiter.hpp"
#include "serve/net/tokens.hpp"
#include "serve/service.hpp"
#include "station/service.hpp"

namespace sluice::serve::http {

struct Route;
struct Target;

struct ApiOptions {
  bool management = true;  ///< false: management routes are at another address, and unknown here
  net::Limits limits;
  /// Runs what may take seconds, on another thread.
  std::function<void(std::function<void()>)> run_slow;
  /// Runs what reads and writes files, beside others of its kind.
  std::function<void(std::function<void()>)> run_blocking;
  /// Of those, that wait for an item at a time; others are refused.
  unsigned most_waits = 12;
  station::Service* stations = nullptr;  ///< borrowed; nullptr: there are none
  /// Told of each answered call: the route's group ("infer", "metadata", ...; see route.hpp),
  /// "page", or "unknown". On any thread.
  std::function<void(const char* call, Status status, base::Duration latency)> on_call;
  std::span<const Asset> assets;
};

/// THREADS: call() is thread-safe. Everything passed in must outlive the object and the calls.
class Api {
 public:
  Api(Service& service, const net::Tokens& tokens, net::RateLimiter& rates,
      const base::Clock& clock, ApiOptions options);

  /// Answers one request: `respond` is called once, perhaps within, perhaps later on another
  /// thread. The handle withdraws an inference.
  InferHandle call(Request request, Respond respond) const;

  [[nodiscard]] const net::Limits& limits() const { return options_.limits; }

 private:
  [[nodiscard]] std::optional<Response> refused(const Route& route, const Request& request) const;
  [[nodiscard]] std::optional<Response> page(const Request& request, const Target& target) const;
  Service& service_;
  const net::Tokens& tokens_;
  net::RateLimiter& rates_;
  const base::Clock& clock_;
  ApiOptions options_;
  std::unique_ptr<Places> waits_;
};

}  // namespace sluice::serve::http
