#include "cli/service_manager.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/units.hpp"

namespace sluice::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// What the watchdog allows between two signs of life.
base::Duration watchdog_limit() {
  const std::string process = variable("WATCHDOG_PID");
  if (!process.empty() && process != std::to_string(::getpid())) return base::kForever;
  const auto microseconds = base::parse_integer(variable("WATCHDOG_USEC"));
  if (!microseconds || *microseconds <= 0) return base::kForever;
  return std::chrono::microseconds(*microseconds);
}

}  // namespace

ServiceManager::ServiceManager() : socket_(variable("NOTIFY_SOCKET")) {
  const base::Duration limit = watchdog_limit();
  // Half of the allowed time, as systemd advises.
  if (limit != base::kForever) watchdog_interval_ = limit / 2;
}

void ServiceManager::ready(const std::string& status) const {
  notify(fmt::format("READY=1\nSTATUS={}", status));
}

void ServiceManager::status(const std::string& text) const {
  notify(fmt::format("STATUS={}", text));
}

void ServiceManager::reloading() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds));
}

void ServiceManager::stopping() const {
  notify("STOPPING=1\nSTATUS=finishing what was accepted");
}

void ServiceManager::alive() const {
  notify("WATCHDOG=1");
}

// A notification that fails is nothing that the daemon could do something about.
void ServiceManager::notify(std::string_view message) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  std::ranges::copy(socket_, address.sun_path);
  // "@name" stands for an address that is no file: it begins with a zero byte.
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  ::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), length);
  ::close(descriptor);
}

}  // namespace sluice::cli
