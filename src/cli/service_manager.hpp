// Talks to systemd, where it started the program and asked for notifications; else does nothing.
// By its documented protocol: libsystemd would bring seven libraries for a datagram.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"

namespace sluice::cli {

/// Thread-safe.
class ServiceManager {
 public:
  /// Reads what systemd put into the environment.
  ServiceManager();

  /// The start is complete, or a reload is; `status` is shown by `systemctl status`.
  void ready(const std::string& status) const;
  void status(const std::string& text) const;
  void reloading() const;
  void stopping() const;

  /// How often alive() must be called; kForever: never.
  [[nodiscard]] base::Duration watchdog_interval() const { return watchdog_interval_; }
  void alive() const;

 private:
  void notify(std::string_view message) const;

  std::string socket_;  ///< where systemd listens; empty: nowhere
  base::Duration watchdog_interval_ = base::kForever;
};

}  // namespace sluice::cli
