// The output line of gpio_action.hpp, with libgpiod.
#include <cerrno>
#include <system_error>

#include <gpiod.h>

#include "action/gpio_action.hpp"

namespace sluice::action {
namespace {

struct CloseChip {
  void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }  // and its lines
};
using Chip = std::unique_ptr<gpiod_chip, CloseChip>;

class GpiodLine final : public OutputLine {
 public:
  GpiodLine(Chip chip, gpiod_line* line) : chip_(std::move(chip)), line_(line) {}

  base::Status set(bool active) override {
    if (gpiod_line_set_value(line_, active ? 1 : 0) == 0) return {};
    return base::fail(base::ErrorCode::io, "cannot set the line: {}",
                      std::generic_category().message(errno));
  }

 private:
  const Chip chip_;
  gpiod_line* const line_;
};

}  // namespace

base::Result<std::unique_ptr<OutputLine>> open_output_line(const GpioOptions& options) {
  Chip chip(gpiod_chip_open(options.chip.c_str()));
  if (!chip) {
    return base::fail(errno == EACCES ? base::ErrorCode::io : base::ErrorCode::not_found,
                      "{}: {}: not a GPIO chip of this machine that may be used; `gpiodetect` "
                      "lists them",
                      options.chip, std::generic_category().message(errno));
  }
  gpiod_line* line = gpiod_chip_get_line(chip.get(), static_cast<unsigned>(options.line));
  if (line == nullptr) {
    return base::fail(base::ErrorCode::not_found, "{} has no line {}; it has {}", options.chip,
                      options.line, gpiod_chip_num_lines(chip.get()));
  }
  const int flags = options.active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  if (gpiod_line_request_output_flags(line, "sluice", flags, 0) != 0) {
    return base::fail(errno == EBUSY ? base::ErrorCode::unavailable : base::ErrorCode::io,
                      "{}: line {}: {}", options.chip, options.line,
                      std::generic_category().message(errno));
  }
  return std::make_unique<GpiodLine>(std::move(chip), line);
}

}  // namespace sluice::action
