// The TCP server: versions 1 and 2 of the protocol on one port.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "serve/net/options.hpp"
#include "serve/net/tls.hpp"

namespace sluice::serve {
class Service;
class Observer;
namespace net {
class IoThreads;
class Listener;
class RateLimiter;
class Tokens;
}  // namespace net
}  // namespace sluice::serve

namespace sluice::serve::tcp {

/// What the server works with; all of it must outlive the server and the I/O threads' run.
struct Context {
  Service& service;
  Observer* observer = nullptr;  ///< is told of every call; nullptr: nobody is
  const net::Tokens& tokens;
  net::RateLimiter& rates;
  const base::Clock& clock;
  net::Limits limits;
};

/// PARAMETERS AND BEHAVIOUR
/// Speaks docs/tcp-protocol.md. A frame is read into memory of its own from which the tensors
/// borrow; answers are written from where the outputs are. Where a client does not read its
/// answers, or has Limits::pipelined requests in flight, its next requests wait in the network.
/// When a client hangs up, what it has queued is cancelled.
///
/// THREADS: every function is thread-safe. Completions may come on any thread.
class Server {
 public:
  /// Errors: as net::Listener::start().
  static base::Result<std::unique_ptr<Server>> start(net::IoThreads& threads,
                                                     const net::ListenOptions& options,
                                                     const net::TlsContext& tls, Context context);
  /// Closes every connection.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::size_t connections() const;

  /// Accepts no more connections and requests; a connection closes when its requests in flight
  /// are answered.
  void stop();
  /// Closes every connection, soon.
  void close();

 private:
  explicit Server(std::unique_ptr<net::Listener> listener);
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace sluice::serve::tcp
