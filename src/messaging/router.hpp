// A socket that many clients share, each waiting for its own answers: ZeroMQ's ROUTER. What does
// it (libzmq and the libraries behind it) is a library of its own, src/messaging/zmq/, loaded when
// first needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::messaging {

/// One part of a message, where it was received.
struct Part {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  ///< keeps the bytes
};

struct Message {
  /// The way back: what stands before the parts, the client's identity first.
  std::vector<std::string> envelope;
  std::string peer;  ///< the client's address; empty: not known
  std::vector<Part> parts;
  bool cut = false;  ///< it had more than RouterOptions::most_parts; the others are gone
};

struct RouterOptions {
  std::string address;     ///< IPv4 or IPv6
  std::uint16_t port = 0;  ///< 0: any free one
  /// A client that sends a larger part loses its connection, before memory is taken for it.
  std::uint64_t most_bytes = 64ull << 20;
  std::size_t most_parts = 8;
  int queue = 16;  ///< messages of one client that wait, each way
  base::Duration linger{std::chrono::milliseconds(500)};  ///< for last answers, at the end
};

/// Not thread-safe but for wake().
class Router {
 public:
  virtual ~Router() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// Waits for the next message, at most for `timeout` (kForever: any time) or until wake();
  /// nullopt: there is none.
  virtual std::optional<Message> receive(base::Duration timeout) = 0;
  /// False: that client is gone, or takes no more; the answer is lost.
  virtual bool send(const std::vector<std::string>& envelope,
                    std::span<const std::string> parts) = 0;
  /// Ends the receive() that waits, or else the next one. Thread-safe.
  virtual void wake() = 0;
};

/// What the library gives. Thread-safe.
class RouterFactory {
 public:
  virtual ~RouterFactory() = default;
  virtual base::Result<std::unique_ptr<Router>> open(const RouterOptions& options) = 0;
};

/// Listens. Errors: unsupported (the library, or one that it needs, is not installed); unavailable
/// (the port is in use, the address is not this machine's). Thread-safe.
base::Result<std::unique_ptr<Router>> open_router(const RouterOptions& options);

}  // namespace sluice::messaging
