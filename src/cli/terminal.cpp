#include "cli/terminal.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace sluice::cli {
namespace {

constexpr char kControlC = 3;

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

TerminalSize terminal_size() {
  winsize size{};
  TerminalSize result;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    result = {size.ws_col, size.ws_row};
  }
  return result;
}

base::Result<std::unique_ptr<FullScreen>> FullScreen::enter() {
  sigset_t watched;
  sigemptyset(&watched);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) sigaddset(&watched, signal);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &watched, &before);
  const int signals = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) {
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return base::fail(base::ErrorCode::internal, "cannot watch for signals: {}",
                      std::strerror(error));
  }
  return std::unique_ptr<FullScreen>(new FullScreen(signals, before));
}

FullScreen::FullScreen(int signals, const sigset_t& before)
    : signals_(signals), before_(before), has_keys_(::tcgetattr(STDIN_FILENO, &modes_) == 0) {
  if (has_keys_) {
    termios keys = modes_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
    keys.c_cc[VMIN] = 0;
    keys.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &keys);
  }
  write_all("\x1b[?1049h\x1b[?25l");  // second screen, no cursor
}

FullScreen::~FullScreen() {
  write_all("\x1b[?25h\x1b[?1049l");
  if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &modes_);
  ::close(signals_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void FullScreen::show(const std::string& lines) {
  // Each line clears its rest, the end all below: nothing flickers.
  std::string frame = "\x1b[H";
  for (const char c : lines) {
    if (c == '\n') frame += "\x1b[K\n";
    if (c != '\n') frame += c;
  }
  write_all(frame + "\x1b[J");
}

FullScreen::Wake FullScreen::wait(base::Duration most) {
  std::array<pollfd, 2> files{pollfd{signals_, POLLIN, 0},
                              pollfd{has_keys_ ? STDIN_FILENO : -1, POLLIN, 0}};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(most).count();
  if (::poll(files.data(), files.size(), static_cast<int>(ms)) <= 0) return Wake::time;
  Wake wake = Wake::time;
  signalfd_siginfo signal{};
  while (::read(signals_, &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal)) {
    if (signal.ssi_signo != SIGWINCH) return Wake::quit;
    wake = Wake::resized;
  }
  if ((files[1].revents & (POLLHUP | POLLERR)) != 0) return Wake::quit;
  char key = 0;
  while (has_keys_ && ::read(STDIN_FILENO, &key, 1) == 1) {
    if (key == 'q' || key == 'Q' || key == kControlC) return Wake::quit;
    wake = Wake::resized;  // any other key draws anew
  }
  return wake;
}

}  // namespace sluice::cli
