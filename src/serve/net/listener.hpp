// Accepts connections.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "serve/net/io_threads.hpp"
#include "serve/net/options.hpp"
#include "serve/net/stream.hpp"
#include "serve/net/tls.hpp"

namespace sluice::serve::net {

/// Listens on one address and hands out connections, spread over the I/O threads. Beyond
/// Limits::connections a new connection is closed as soon as it is accepted. When the process runs
/// out of file descriptors, accepting pauses and goes on.
///
/// THREADS: every function is thread-safe.
class Listener {
 public:
  /// Gets each connection, on its own thread, once the TLS handshake (if any) is done. To keep the
  /// connection, keep the pointer. Set on_finish() on it.
  using Handler = std::function<void(std::shared_ptr<Stream>)>;

  /// Listens from now on; `threads` must outlive the listener. `tls`: nullptr for none. Errors: an
  /// address that is none (invalid); one that cannot be had (unavailable), naming it and the
  /// remedy.
  static base::Result<std::unique_ptr<Listener>> start(IoThreads& threads,
                                                       const ListenOptions& options,
                                                       const TlsContext& tls, const Limits& limits,
                                                       Handler handler);
  /// As stop(), then close().
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The one that was chosen, if any free port was asked for.
  [[nodiscard]] std::uint16_t port() const;
  /// "127.0.0.1:8008", "[::1]:8008".
  [[nodiscard]] std::string address() const;
  /// Open ones; those still in the TLS handshake count.
  [[nodiscard]] std::size_t connections() const;

  /// Accepts no more, and tells every connection to finish. Repeatable.
  void stop();
  /// Closes every connection, soon.
  void close();

 private:
  struct State;
  explicit Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace sluice::serve::net
