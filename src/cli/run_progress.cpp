#include "cli/run_progress.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

namespace sluice::cli {

namespace {
constexpr std::size_t kBarWidth = 20;
}

std::string progress_line(const RunLimits& limits, base::Duration elapsed,
                          const schedule::Accounting& counts) {
  std::string line;
  double share = -1;
  if (limits.duration != base::kForever && limits.duration.count() > 0) {
    share = base::to_seconds(elapsed) / base::to_seconds(limits.duration);
  }
  if (limits.frames > 0) {
    share =
        std::max(share, static_cast<double>(counts.offered) / static_cast<double>(limits.frames));
  }
  if (share >= 0) {
    share = std::min(share, 1.0);
    const auto full = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
    line = fmt::format("[{}{}] {:3.0f} %  ", std::string(full, '#'),
                       std::string(kBarWidth - full, '-'), 100 * share);
  }
  return line + fmt::format(
                    "{:.1f} s  offered {}  on time {}  late {}  dropped {}  failed {}  "
                    "waiting {}",
                    base::to_seconds(elapsed), counts.offered, counts.on_time, counts.late,
                    counts.dropped_total(), counts.failed,
                    counts.queued + counts.deferred + counts.running);
}

void Progress::show(const std::string& line) {
  if (!active_) return;
  out_ << '\r' << line << "\x1b[K" << std::flush;
  shown_ = true;
}

void Progress::clear() {
  if (shown_) out_ << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace sluice::cli
