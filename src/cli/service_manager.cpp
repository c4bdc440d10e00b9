#include "cli/service_manager.hpp"

#include <chrono>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace sluice::cli {

ServiceManager::ServiceManager() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return;
  // Half of the allowed time, as systemd advises.
  watchdog_interval_ = std::chrono::microseconds(microseconds / 2);
}

// A notification that fails is nothing that the daemon could do something about.

void ServiceManager::ready(const std::string& status) const {
  ::sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str());
}

void ServiceManager::status(const std::string& text) const {
  ::sd_notify(0, fmt::format("STATUS={}", text).c_str());
}

void ServiceManager::reloading() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  ::sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds).c_str());
}

void ServiceManager::stopping() const {
  ::sd_notify(0, "STOPPING=1\nSTATUS=finishing what was accepted");
}

void ServiceManager::alive() const {
  ::sd_notify(0, "WATCHDOG=1");
}

}  // namespace sluice::cli
