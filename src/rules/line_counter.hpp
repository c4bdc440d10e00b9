// Follows objects from frame to frame and counts those that cross a line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "rules/camera_rule.hpp"
#include "vision/object.hpp"

namespace sluice::rules {

/// What is known of the objects near one line. A value: a copy goes on by itself. Not thread-safe.
class LineCounter {
 public:
  /// One object that crossed from the last frame in which it was seen to this one.
  struct Crossing {
    std::string id;                         ///< in this frame
    Direction direction = Direction::both;  ///< never both
  };

  /// Takes the objects of the next frame, captured at `now` (which must not go backwards), and
  /// returns those that crossed in the rule's direction, in the order of `objects`. Objects
  /// without a box are left out. The rule is the same in every call.
  std::vector<Crossing> update(const LineCrossing& rule,
                               std::span<const vision::Object* const> objects, base::Time now);

  /// Crossings in the rule's direction so far.
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  struct Track {
    std::string id;
    std::string label;
    Point point;
    base::Time seen;
  };

  [[nodiscard]] std::vector<std::size_t> associate(const LineCrossing& rule,
                                                   const std::vector<Track>& found) const;

  std::vector<Track> tracks_;
  std::uint64_t total_ = 0;
};

}  // namespace sluice::rules
