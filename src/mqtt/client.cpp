#include "mqtt/client.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "base/retry.hpp"
#include "mqtt/connection.hpp"
#include "mqtt/topic.hpp"

namespace sluice::mqtt {
namespace {

constexpr std::chrono::seconds kSubscribeTimeout{5};
constexpr std::chrono::seconds kBirthTimeout{5};

/// Somebody who subscribed.
struct Listener {
  std::mutex mutex;         ///< held while the handler runs
  Client::Handler handler;  ///< empty: it has ended
};

/// A filter, asked for by those who are left of the listeners.
struct Filter {
  int qos = 0;
  std::vector<std::weak_ptr<Listener>> listeners;
  std::uint64_t wanted = 0;  ///< the number of the last call of subscribe() for it
  std::uint64_t made = 0;    ///< the last that the broker has answered on this connection
};

base::Status check_message(const Message& message) {
  if (auto ok = check_topic(message.topic); !ok) return ok;
  if (message.qos < 0 || message.qos > 2) {
    return base::fail(base::ErrorCode::invalid, "qos is {}, but must be 0, 1 or 2", message.qos);
  }
  return {};
}

/// A thread of its own, the keeper, connects, says who is there, and subscribes.
class PahoClient final : public Client {
 public:
  PahoClient(ClientOptions options, const Address& address)
      : options_(std::move(options)),
        place_(fmt::format("MQTT broker {}:{}", address.host, address.port)),
        connection_(
            options_, address, [this](const Message& message) { dispatch(message); },
            [this] { lost(); }),
        keeper_([this] { keep(); }) {}

  ~PahoClient() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    connection_.cancel();
    changed_.notify_all();
    keeper_.join();
    {
      const std::lock_guard lock(handlers_);
      ended_ = true;
    }
  }

  base::Status publish(const Message& message, base::Duration timeout) override {
    if (auto ok = check_message(message); !ok) return ok;
    if (!connected()) return base::fail(base::ErrorCode::unavailable, "{}: not connected", place_);
    if (auto ok = connection_.publish(message, timeout); !ok) {
      return tl::unexpected(base::with_context(place_, ok.error()));
    }
    return {};
  }

  base::Result<Subscription> subscribe(const std::string& filter, int qos,
                                       Handler handler) override {
    if (auto ok = check_filter(filter); !ok) return tl::unexpected(ok.error());
    if (qos < 0 || qos > 2) {
      return base::fail(base::ErrorCode::invalid, "qos is {}, but must be 0, 1 or 2", qos);
    }
    auto listener = std::make_shared<Listener>();
    listener->handler = std::move(handler);
    std::unique_lock lock(mutex_);
    auto& entry = filters_[filter];
    entry.qos = std::max(entry.qos, qos);
    entry.listeners.push_back(listener);
    const auto wanted = entry.wanted = ++asked_;
    changed_.notify_all();
    // What is published from now on should come, if there is a connection.
    changed_.wait_for(lock, kSubscribeTimeout,
                      [&] { return !connected_ || stopping_ || filters_[filter].made >= wanted; });
    return Subscription(nullptr, [listener = std::move(listener)](void*) {
      const std::lock_guard guard(listener->mutex);
      listener->handler = nullptr;
    });
  }

  [[nodiscard]] bool connected() const override {
    const std::lock_guard lock(mutex_);
    return connected_;
  }

 private:
  void dispatch(const Message& message) {
    const std::lock_guard running(handlers_);
    if (ended_) return;
    std::vector<std::shared_ptr<Listener>> called;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [filter, entry] : filters_) {
        if (!matches(filter, message.topic)) continue;
        for (const auto& one : entry.listeners) {
          if (auto listener = one.lock()) called.push_back(std::move(listener));
        }
      }
    }
    for (const auto& listener : called) {
      const std::lock_guard guard(listener->mutex);
      if (listener->handler) listener->handler(message);
    }
  }

  void lost() {
    const std::lock_guard lock(mutex_);
    link_up_ = false;
    connected_ = false;
    changed_.notify_all();
  }

  void keep() {
    std::minstd_rand random(std::random_device{}());
    std::uniform_real_distribution<double> part(0, 1);
    int failures = 0;
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        link_up_ = true;  // lost() may come at any moment from here
        for (auto& [filter, entry] : filters_) entry.made = 0;
      }
      base::Status ok = connection_.connect();
      if (ok) ok = introduce();
      if (ok) {
        failures = 0;
        serve();
      }
      std::unique_lock lock(mutex_);
      connected_ = false;
      const bool ends = stopping_;
      lock.unlock();
      if (!ends && failures == 0) {
        spdlog::warn("{}: {}; trying again", place_, ok ? "connection lost" : ok.error().message);
      }
      // A broker publishes the will of those who vanish, not of those who say goodbye.
      connection_.disconnect(ends ? options_.will : std::nullopt);
      const auto delay =
          base::retry_delay({options_.first_retry, options_.last_retry}, ++failures, part(random));
      lock.lock();
      changed_.wait_for(lock, delay, [this] { return stopping_; });
    }
  }

  /// Birth messages and subscriptions of a new connection.
  base::Status introduce() {
    for (const auto& message : options_.birth) {
      if (auto ok = connection_.publish(message, kBirthTimeout); !ok) return ok;
    }
    if (auto ok = subscribe_missing(); !ok) return ok;
    const std::lock_guard lock(mutex_);
    connected_ = link_up_;
    if (connected_) spdlog::info("{}: connected", place_);
    changed_.notify_all();
    return {};
  }

  /// Returns when the connection is lost or the client ends.
  void serve() {
    while (true) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !link_up_ || stopping_ || next_missing() != nullptr; });
        if (!link_up_ || stopping_) return;
      }
      if (!subscribe_missing()) return;
    }
  }

  base::Status subscribe_missing() {
    while (true) {
      std::string filter;
      int qos = 0;
      std::uint64_t wanted = 0;
      {
        const std::lock_guard lock(mutex_);
        forget_ended();
        const auto* missing = next_missing();
        if (missing == nullptr) return {};
        filter = missing->first;
        qos = missing->second.qos;
        wanted = missing->second.wanted;
      }
      if (auto ok = connection_.subscribe(filter, qos, kSubscribeTimeout); !ok) {
        if (ok.error().code != base::ErrorCode::invalid) return ok;
        spdlog::error("{}: subscription to '{}': {}", place_, filter, ok.error().message);
      }
      const std::lock_guard lock(mutex_);
      if (const auto found = filters_.find(filter); found != filters_.end()) {
        found->second.made = wanted;
      }
      changed_.notify_all();
    }
  }

  /// The broker still sends what nobody listens to any more, until the next connection.
  void forget_ended() {
    for (auto entry = filters_.begin(); entry != filters_.end();) {
      auto& listeners = entry->second.listeners;
      std::erase_if(listeners, [](const auto& one) { return one.expired(); });
      entry = listeners.empty() ? filters_.erase(entry) : std::next(entry);
    }
  }

  [[nodiscard]] const std::pair<const std::string, Filter>* next_missing() const {
    for (const auto& entry : filters_) {
      if (entry.second.made < entry.second.wanted) return &entry;
    }
    return nullptr;
  }

  const ClientOptions options_;
  const std::string place_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool link_up_ = false;    ///< as far as Paho has said
  bool connected_ = false;  ///< and introduced
  std::map<std::string, Filter> filters_;
  std::uint64_t asked_ = 0;  ///< calls of subscribe()
  std::mutex handlers_;      ///< held while handlers run
  bool ended_ = false;
  Connection connection_;
  std::thread keeper_;
};

base::Status check(const ClientOptions& options) {
  if (options.keep_alive < std::chrono::seconds(1) ||
      options.keep_alive > std::chrono::seconds(65535)) {
    return base::fail(base::ErrorCode::invalid, "keep_alive must be 1s to 65535s");
  }
  if (options.first_retry <= base::Duration::zero() || options.last_retry < options.first_retry) {
    return base::fail(base::ErrorCode::invalid,
                      "the first delay between attempts must be positive, and the last no shorter");
  }
  if (options.will) {
    if (auto ok = check_message(*options.will); !ok) return ok;
  }
  for (const auto& message : options.birth) {
    if (auto ok = check_message(message); !ok) return ok;
  }
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Client>> Client::start(ClientOptions options) {
  const auto address = parse_address(options.broker);
  if (!address) return tl::unexpected(address.error());
  if (auto ok = check(options); !ok) return tl::unexpected(ok.error());
  return std::make_unique<PahoClient>(std::move(options), *address);
}

}  // namespace sluice::mqtt
