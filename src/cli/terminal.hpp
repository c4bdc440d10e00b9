// A terminal taken over for a full-screen view.
#pragma once

#include <csignal>
#include <cstddef>
#include <memory>
#include <string>

#include <termios.h>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::cli {

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

/// Of the terminal that standard output is; the default where it does not say.
[[nodiscard]] TerminalSize terminal_size();

/// While it lives, keys come one by one and unseen, and the view is on the terminal's second
/// screen without a cursor; then all is as before. It must be made before other threads are, as it
/// blocks signals. Not thread-safe.
class FullScreen {
 public:
  enum class Wake { time, resized, quit };

  static base::Result<std::unique_ptr<FullScreen>> enter();
  ~FullScreen();
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;

  /// Replaces what is shown by these lines.
  void show(const std::string& lines);
  /// Waits; quit: key q, Ctrl-C, or a signal that ends programs.
  Wake wait(base::Duration most);

 private:
  FullScreen(int signals, const sigset_t& before);

  int signals_;      ///< signalfd
  sigset_t before_;  ///< signals that were blocked before
  termios modes_{};  ///< of standard input, as they were
  bool has_keys_;    ///< standard input is a terminal too
};

}  // namespace sluice::cli
