#include "cli/run_signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace sluice::cli {
namespace {

sigset_t watched(bool hangup) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (hangup) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

base::Result<std::unique_ptr<Signals>> Signals::watch(std::function<void(int)> on_signal,
                                                      std::function<void()> on_hangup) {
  const sigset_t set = watched(on_hangup != nullptr);
  const int signals = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  const int stop = ::eventfd(0, EFD_CLOEXEC);
  if (signals < 0 || stop < 0 || pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0) {
    const int error = errno;
    if (signals >= 0) ::close(signals);
    if (stop >= 0) ::close(stop);
    return base::fail(base::ErrorCode::internal, "cannot watch for signals: {}",
                      std::strerror(error));
  }
  return std::unique_ptr<Signals>(
      new Signals(signals, stop, std::move(on_signal), std::move(on_hangup)));
}

Signals::Signals(int signals, int stop, std::function<void(int)> on_signal,
                 std::function<void()> on_hangup)
    : signals_(signals),
      stop_(stop),
      on_signal_(std::move(on_signal)),
      on_hangup_(std::move(on_hangup)),
      thread_([this] { run(); }) {}

Signals::~Signals() {
  const std::uint64_t one = 1;
  // An eventfd takes its first write always.
  [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(signals_);
  ::close(stop_);
  const sigset_t set = watched(on_hangup_ != nullptr);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Signals::run() {
  for (;;) {
    std::array<pollfd, 2> files{pollfd{signals_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
    if (::poll(files.data(), files.size(), -1) < 0 && errno != EINTR) return;
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      if (info.ssi_signo == SIGHUP) {
        on_hangup_();
      } else {
        on_signal_(count_.fetch_add(1) + 1);
      }
    }
    if ((files[1].revents & POLLIN) != 0) return;
  }
}

}  // namespace sluice::cli
