#include "camera/ble/bus.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace sluice::camera::ble {
namespace {

// Whole milliseconds, rounded up: never early.
int poll_time(base::Duration time) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, INT_MAX));
}

}  // namespace

Bus::Bus()
    : connection_(sdbus::createSystemBusConnection()), interrupt_(::eventfd(0, EFD_CLOEXEC)) {
  if (interrupt_ < 0) throw sdbus::Error("no eventfd", "too many open files");
}

Bus::~Bus() {
  ::close(interrupt_);
}

std::unique_ptr<sdbus::IProxy> Bus::object(const std::string& path) {
  return object("org.bluez", path);
}

std::unique_ptr<sdbus::IProxy> Bus::object(const std::string& service, const std::string& path) {
  return sdbus::createProxy(*connection_, service, path);
}

void Bus::wait(base::Duration time) {
  bool handled = false;
  // Messages that came during a call wait in the library, where poll() does not see them.
  while (connection_->processPendingRequest()) handled = true;
  if (handled || interrupted()) return;
  const auto data = connection_->getEventLoopPollData();
  std::array<pollfd, 2> files{pollfd{data.fd, data.events, 0}, pollfd{interrupt_, POLLIN, 0}};
  const int own = data.getPollTimeout();
  const int limit = poll_time(time);
  ::poll(files.data(), files.size(), own < 0 ? limit : std::min(own, limit));
  while (connection_->processPendingRequest()) {
  }
}

void Bus::interrupt() {
  ::eventfd_write(interrupt_, 1);
}

bool Bus::interrupted() const {
  pollfd file{interrupt_, POLLIN, 0};
  return ::poll(&file, 1, 0) == 1;
}

}  // namespace sluice::camera::ble
