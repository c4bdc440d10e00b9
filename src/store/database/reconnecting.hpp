// One connection to a server that comes and goes.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/back_off.hpp"

namespace sluice::store::database {

/// Connects when first needed. Connection has `bool usable()`: it stood up to its last call.
/// Thread-safe: one call at a time.
template <class Connection>
class Reconnecting {
 public:
  using Connect = std::function<base::Result<std::unique_ptr<Connection>>()>;

  /// The clock must outlive it.
  Reconnecting(Connect connect, BackOff back_off, const base::Clock& clock)
      : connect_(std::move(connect)), back_off_(back_off), clock_(clock) {}

  /// What work(connection), a Result, returns. Work whose connection turns out to have been closed
  /// meanwhile runs once again with a new one, and so must bear that its first run took effect.
  /// Errors: cannot connect; unavailable: it is too early to try again.
  template <class Work>
  auto run(const Work& work) -> decltype(work(std::declval<Connection&>())) {
    const std::lock_guard lock(mutex_);
    const bool was_connected = connection_ != nullptr;
    if (auto ok = connect(); !ok) return tl::unexpected(ok.error());
    auto result = work(*connection_);
    if (connection_->usable()) return result;
    connection_.reset();
    if (result.has_value()) return result;
    if (!was_connected) return failed(result.error());
    if (auto ok = connect(); !ok) return tl::unexpected(ok.error());
    result = work(*connection_);
    if (connection_->usable()) return result;
    connection_.reset();
    return failed(result.error());
  }

 private:
  base::Status connect() {
    if (connection_ != nullptr) return {};
    const base::Time now = clock_.now();
    if (now < back_off_.ready()) {
      return base::fail(base::ErrorCode::unavailable, "{} (next attempt in {:.1f} s)", last_error_,
                        base::to_seconds(back_off_.ready() - now));
    }
    auto connection = connect_();
    if (!connection) return failed(connection.error());
    connection_ = std::move(*connection);
    back_off_.succeeded();
    return {};
  }

  tl::unexpected<base::Error> failed(const base::Error& error) {
    back_off_.failed(clock_.now());
    last_error_ = error.message;
    return tl::unexpected(error);
  }

  std::mutex mutex_;
  Connect connect_;
  BackOff back_off_;
  const base::Clock& clock_;
  std::unique_ptr<Connection> connection_;
  std::string last_error_;
};

}  // namespace sluice::store::database
