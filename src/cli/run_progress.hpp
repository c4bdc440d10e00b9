// The line that shows, on a terminal, how far a run is.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "base/time.hpp"
#include "schedule/scheduler.hpp"

namespace sluice::cli {

/// How long a run may be; what is not limited is kForever or 0.
struct RunLimits {
  base::Duration duration = base::kForever;
  std::uint64_t frames = 0;
};

/// "[#####---------------] 25 %  12.3 s  offered 184  on time 180  late 0  dropped 3  waiting 1".
[[nodiscard]] std::string progress_line(const RunLimits& limits, base::Duration elapsed,
                                        const schedule::Accounting& counts);

/// Redraws the line; does nothing where `active` is false. Not thread-safe.
class Progress {
 public:
  Progress(std::ostream& out, bool active) : out_(out), active_(active) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::string& line);
  void clear();

 private:
  std::ostream& out_;
  bool active_;
  bool shown_ = false;
};

}  // namespace sluice::cli
