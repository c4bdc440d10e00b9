#include "mqtt/connection.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace sluice::mqtt {
namespace {

constexpr std::chrono::seconds kConnectTimeout{10};
constexpr std::chrono::seconds kGoodbyeTimeout{1};
// Paho's tokens cannot be woken from elsewhere: how often a wait looks for cancel().
constexpr std::chrono::milliseconds kLook{20};

// Of a subscription (MQTT 3.1.1, section 3.9.3).
constexpr int kRefused = 0x80;

std::string uri_of(const Address& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}", address.tls ? "ssl" : "tcp",
                     ipv6 ? "[" + address.host + "]" : address.host, address.port);
}

std::string client_id_of(const ClientOptions& options) {
  if (!options.client_id.empty()) return options.client_id;
  std::random_device random;
  return fmt::format("sluice-{:08x}{:08x}", random(), random());
}

::mqtt::message_ptr paho_message(const Message& message) {
  return ::mqtt::make_message(message.topic, message.payload, message.qos, message.retain);
}

::mqtt::connect_options connect_options_of(const ClientOptions& options, const Address& address) {
  ::mqtt::connect_options connect;
  connect.set_clean_session(true);
  connect.set_keep_alive_interval(std::chrono::ceil<std::chrono::seconds>(options.keep_alive));
  connect.set_connect_timeout(kConnectTimeout);
  if (!options.username.empty()) connect.set_user_name(options.username);
  if (!options.password.empty()) connect.set_password(options.password);
  if (options.will) connect.set_will_message(paho_message(*options.will));
  if (address.tls) {
    ::mqtt::ssl_options ssl;
    if (!options.ca_file.empty()) ssl.set_trust_store(options.ca_file);
    ssl.set_enable_server_cert_auth(true);
    ssl.set_verify(true);
    connect.set_ssl(std::move(ssl));
  }
  return connect;
}

/// Runs what may throw Paho's exceptions.
template <class Function>
base::Status guarded(Function function) {
  try {
    return function();
  } catch (const ::mqtt::exception& exception) {
    if (exception.get_return_code() == kRefused) {
      return base::fail(base::ErrorCode::invalid, "the broker refuses it");
    }
    return base::fail(base::ErrorCode::unavailable, "{}", exception.what());
  } catch (const std::exception& exception) {
    return base::fail(base::ErrorCode::unavailable, "{}", exception.what());
  }
}

}  // namespace

Connection::Connection(const ClientOptions& options, const Address& address,
                       std::function<void(const Message&)> on_message,
                       std::function<void()> on_lost)
    : client_(uri_of(address), client_id_of(options)),
      options_(connect_options_of(options, address)) {
  client_.set_message_callback(
      [on_message = std::move(on_message)](const ::mqtt::const_message_ptr& message) {
        on_message({.topic = message->get_topic(),
                    .payload = message->to_string(),
                    .qos = message->get_qos(),
                    .retain = message->is_retained()});
      });
  client_.set_connection_lost_handler(
      [on_lost = std::move(on_lost)](const std::string&) { on_lost(); });
}

Connection::~Connection() = default;

base::Status Connection::wait(const ::mqtt::token_ptr& token, base::Duration timeout) const {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto left = end - std::chrono::steady_clock::now();
    if (cancelled_ || left <= base::Duration::zero()) {
      return base::fail(base::ErrorCode::unavailable, "{}",
                        cancelled_ ? "the client ends" : "no answer from the broker in time");
    }
    const auto slice = std::min<base::Duration>(left, kLook);
    if (token->wait_for(std::chrono::ceil<std::chrono::milliseconds>(slice))) return {};
  }
}

base::Status Connection::connect() {
  return guarded([this] { return wait(client_.connect(options_), 2 * kConnectTimeout); });
}

base::Status Connection::publish(const Message& message, base::Duration timeout) {
  return guarded([&] { return wait(client_.publish(paho_message(message)), timeout); });
}

base::Status Connection::subscribe(const std::string& filter, int qos, base::Duration timeout) {
  return guarded([&] { return wait(client_.subscribe(filter, qos), timeout); });
}

void Connection::disconnect(const std::optional<Message>& last) {
  // Nobody is left to be told of an error.
  (void)guarded([&]() -> base::Status {
    if (!client_.is_connected()) return {};
    if (last) client_.publish(paho_message(*last))->wait_for(kGoodbyeTimeout);
    client_.disconnect()->wait_for(kGoodbyeTimeout);
    return {};
  });
}

}  // namespace sluice::mqtt
