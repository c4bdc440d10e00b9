// Paho's client with errors as values.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include <mqtt/async_client.h>

#include "base/result.hpp"
#include "base/time.hpp"
#include "mqtt/address.hpp"
#include "mqtt/client.hpp"

namespace sluice::mqtt {

/// One connection at a time to one broker. Its functions wait, but no longer than the timeout or
/// until cancel(). Errors: unavailable, and invalid where the broker refuses a subscription.
/// Thread-safe but for connect(), whose caller is one.
class Connection {
 public:
  /// The handlers run on Paho's thread.
  Connection(const ClientOptions& options, const Address& address,
             std::function<void(const Message&)> on_message, std::function<void()> on_lost);
  /// No handler may run any more that touches what its maker destroys next: disconnect() first.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  base::Status connect();
  base::Status publish(const Message& message, base::Duration timeout);
  base::Status subscribe(const std::string& filter, int qos, base::Duration timeout);
  /// With a last word, which is sent even after cancel(). Does nothing when not connected.
  void disconnect(const std::optional<Message>& last = std::nullopt);
  /// Ends the waits, now and later.
  void cancel() { cancelled_ = true; }

 private:
  base::Status wait(const ::mqtt::token_ptr& token, base::Duration timeout) const;

  std::atomic<bool> cancelled_ = false;
  ::mqtt::async_client client_;
  ::mqtt::connect_options options_;
};

}  // namespace sluice::mqtt
