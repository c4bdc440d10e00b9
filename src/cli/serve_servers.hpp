// The daemon's listeners, one per protocol.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "serve/observer.hpp"
#include "serve/options.hpp"
#include "serve/service.hpp"

namespace sluice::serve::net {
class Tokens;
}

namespace sluice::serve::zmq {
class CurrentDetection;
}

namespace sluice::station {
class Service;
}

namespace sluice::cli {

struct Listening {
  std::string protocol;  ///< "http", "grpc", "tcp", "zmq", "admin"
  std::string url;       ///< "http://127.0.0.1:8000"
  std::uint16_t port = 0;
};

/// THREADS: one thread uses it.
class Servers {
 public:
  /// Listens with every server that has an address; `stations` may be nullptr. What is passed in
  /// must outlive the object. Errors: a port in use, bad TLS files; then nothing listens.
  static base::Result<std::unique_ptr<Servers>> start(
      const serve::ServeOptions& options, serve::Service& service, serve::Observer& observer,
      const serve::net::Tokens& tokens, const serve::zmq::CurrentDetection& detection,
      const base::Clock& clock, station::Service* stations = nullptr);
  /// As stop() without grace.
  virtual ~Servers() = default;

  [[nodiscard]] virtual const std::vector<Listening>& listening() const = 0;
  /// Takes no new connections, and closes those there are when their last answer is written, or
  /// after `grace`.
  virtual void stop(base::Duration grace) = 0;
};

}  // namespace sluice::cli
