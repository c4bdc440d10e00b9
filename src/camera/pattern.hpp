// A test pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "camera/feed.hpp"
#include "camera/interrupter.hpp"
#include "camera/options.hpp"

namespace sluice::camera {

/// The picture of a number: a grey slope that moves with it, and the number in white digits of
/// 3 x 5 blocks on black in the upper left corner, as large as a third of the picture's height
/// allows.
vision::Image draw_pattern(int width, int height, std::uint64_t number);

/// Gives picture n at n / rate after the first call, or as soon afterwards as it is asked for.
class PatternFeed final : public Feed {
 public:
  /// The clock is borrowed.
  PatternFeed(std::string name, const PatternOptions& options, const base::Clock& clock);

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;
  void interrupt() override { interrupter_.interrupt(); }

 private:
  const std::string name_;
  const PatternOptions options_;
  const base::Clock& clock_;
  Interrupter interrupter_;
  std::uint64_t number_ = 0;
  std::optional<base::Time> due_;
};

}  // namespace sluice::camera
