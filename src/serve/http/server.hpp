// The HTTP/1.1 server: one address, its routes, its connections.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"
#include "serve/http/api.hpp"
#include "serve/net/io_threads.hpp"
#include "serve/net/options.hpp"
#include "serve/net/tls.hpp"

namespace sluice::serve::http {

struct ServerOptions {
  net::ListenOptions listen;
  net::TlsContext tls;  ///< nullptr: none
  net::Limits limits;
  bool management = true;  ///< see ApiOptions::management
  std::function<void(const char* call, Status status, base::Duration latency)> on_call;
  std::span<const Asset> assets;
  station::Service* stations = nullptr;  ///< borrowed; nullptr: there are none
};

/// What a server works with. All of it must outlive the server, and the service must have
/// answered every inference before the I/O threads end.
struct ServerParts {
  Service& service;
  const net::Tokens& tokens;
  net::RateLimiter& rates;
  const base::Clock& clock;
  net::IoThreads& threads;
};

/// THREADS: every function is thread-safe.
class Server {
 public:
  /// Listens from now on. Errors: as net::Listener::start().
  static base::Result<std::unique_ptr<Server>> start(const ServerParts& parts,
                                                     ServerOptions options);
  /// Closes every connection.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// "127.0.0.1:8000".
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::size_t connections() const;
  /// Accepts no more; each connection answers what it was asked, then closes.
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::serve::http
