// An input line of the machine, through libgpiod.
#include <atomic>
#include <memory>
#include <thread>

#include <gpiod.h>

#include "cli/station_triggers.hpp"

namespace sluice::cli {
namespace {

/// Between looks at whether to end.
constexpr timespec kLook{0, 200'000'000};

struct CloseChip {
  void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }
};

/// Waits for edges on a thread of its own.
class LineWatcher {
 public:
  LineWatcher(std::unique_ptr<gpiod_chip, CloseChip> chip, gpiod_line* line,
              std::function<void(station::Trigger)> fire)
      : chip_(std::move(chip)), line_(line), fire_(std::move(fire)), thread_([this] { run(); }) {}
  ~LineWatcher() {
    ending_ = true;
    thread_.join();
  }
  LineWatcher(const LineWatcher&) = delete;
  LineWatcher& operator=(const LineWatcher&) = delete;

 private:
  void run() {
    while (!ending_) {
      if (gpiod_line_event_wait(line_, &kLook) != 1) continue;
      gpiod_line_event event{};
      if (gpiod_line_event_read(line_, &event) == 0) fire_(station::Trigger{.by = "line"});
    }
  }

  std::unique_ptr<gpiod_chip, CloseChip> chip_;
  gpiod_line* line_;  ///< of the chip
  std::function<void(station::Trigger)> fire_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace

station::TriggerSource line_trigger(const std::string& chip, std::uint32_t number, bool rising) {
  return [chip, number, rising](
             std::function<void(station::Trigger)> fire) -> base::Result<std::shared_ptr<void>> {
    std::unique_ptr<gpiod_chip, CloseChip> opened(gpiod_chip_open(chip.c_str()));
    if (opened == nullptr) {
      return base::fail(base::ErrorCode::not_found,
                        "{} cannot be opened: this machine has no such lines, or may not be used "
                        "by this user",
                        chip);
    }
    auto* line = gpiod_chip_get_line(opened.get(), number);
    const int asked = line == nullptr ? -1
                      : rising        ? gpiod_line_request_rising_edge_events(line, "sluice")
                                      : gpiod_line_request_falling_edge_events(line, "sluice");
    if (asked != 0) {
      return base::fail(base::ErrorCode::unavailable,
                        "line {} of {} cannot be had: there is none, or another program has it",
                        number, chip);
    }
    return std::make_shared<LineWatcher>(std::move(opened), line, std::move(fire));
  };
}

}  // namespace sluice::cli
