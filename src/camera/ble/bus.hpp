// The system's D-Bus, used by one thread.
#pragma once

#include <memory>
#include <string>

#include <sdbus-c++/IConnection.h>
#include <sdbus-c++/IProxy.h>

#include "base/time.hpp"

namespace sluice::camera::ble {

/// A connection without a thread of its own: handlers of signals run in wait(). Its functions throw
/// sdbus::Error. One thread uses it; interrupt() may be called on any.
class Bus {
 public:
  Bus();
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  /// An object of BlueZ's.
  std::unique_ptr<sdbus::IProxy> object(const std::string& path);
  /// An object of another service's.
  std::unique_ptr<sdbus::IProxy> object(const std::string& service, const std::string& path);

  /// Handles the messages that are there, or waits for one, at most for `time`.
  void wait(base::Duration time);

  /// Ends the waiting, and all later one.
  void interrupt();
  [[nodiscard]] bool interrupted() const;

 private:
  std::unique_ptr<sdbus::IConnection> connection_;
  int interrupt_ = -1;  ///< an eventfd
};

}  // namespace sluice::camera::ble
