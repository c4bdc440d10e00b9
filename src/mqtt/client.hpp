// MQTT 3.1.1 (and with it every broker in use), for sources, triggers, actions and telemetry.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::mqtt {

struct Message {
  std::string topic;
  std::string payload;
  int qos = 0;  ///< 0 to 2
  bool retain = false;
};

struct ClientOptions {
  std::string broker;     ///< "mqtt://HOST[:1883]", "mqtts://HOST[:8883]"
  std::string client_id;  ///< empty: made up
  std::string username;
  std::string password;
  std::string ca_file;  ///< mqtts: PEM file of roots to trust; empty: the system's
  base::Duration keep_alive{std::chrono::seconds(30)};
  /// Between attempts to connect: from the first, doubled up to the second.
  base::Duration first_retry{std::chrono::milliseconds(500)};
  base::Duration last_retry{std::chrono::seconds(30)};
  /// Published by the broker when the connection is lost without a word.
  std::optional<Message> will;
  /// Published each time the connection is made (availability, discovery).
  std::vector<Message> birth;
};

/// PARAMETERS AND BEHAVIOUR
/// Connects in the background, again and again, and renews its subscriptions; a broker that is away
/// is no error. What must not be lost while it is away is queued by the caller, who is told whether
/// publish() reached the broker.
///
/// THREADS: thread-safe. Handlers run on a thread of the client and must not block.
class Client {
 public:
  /// Errors (invalid): the options.
  static base::Result<std::unique_ptr<Client>> start(ClientOptions options);
  /// Says goodbye to the broker; no handler runs afterwards.
  virtual ~Client() = default;

  /// Waits until the broker has it (QoS 0: until it is sent), at most `timeout`. Errors:
  /// unavailable (not connected, no answer in time), invalid (the topic).
  virtual base::Status publish(const Message& message, base::Duration timeout) = 0;

  using Handler = std::function<void(const Message&)>;
  /// Ends with its last copy: that waits for the handler, so it must not be called by it. May
  /// outlive the client.
  using Subscription = std::shared_ptr<void>;
  /// Gets what is published under the filter ("line/+/trigger", "sensors/#"), now and after each
  /// reconnection. Several may ask for the same filter; retained messages come to all of them anew
  /// with each. Error (invalid): the filter.
  [[nodiscard]] virtual base::Result<Subscription> subscribe(const std::string& filter, int qos,
                                                             Handler handler) = 0;

  [[nodiscard]] virtual bool connected() const = 0;
};

}  // namespace sluice::mqtt
