#include "rules/describe.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::rules {

std::string one_of(const std::vector<std::string>& labels) {
  std::vector<std::string> quoted;
  for (const std::string& label : labels) quoted.push_back(fmt::format("'{}'", label));
  return base::join(quoted, " or ");
}

std::string limits(const Range& range) {
  if (range.min == range.max) return fmt::format("exactly {:.6g}", range.min);
  if (std::isinf(range.max)) return fmt::format("at least {:.6g}", range.min);
  if (std::isinf(range.min)) return fmt::format("at most {:.6g}", range.max);
  return fmt::format("{:.6g} to {:.6g}", range.min, range.max);
}

std::string box_ranges_text(const BoxRange& test) {
  std::vector<std::string> parts;
  for (const auto& [name, range] : {std::pair("width", &test.width),
                                    {"height", &test.height},
                                    {"area", &test.area},
                                    {"x", &test.x},
                                    {"y", &test.y}}) {
    if (*range) parts.push_back(fmt::format("{} {}", name, limits(**range)));
  }
  return base::join(parts);
}

std::string_view direction_text(Direction direction) {
  switch (direction) {
    case Direction::left_to_right:
      return " from left to right";
    case Direction::right_to_left:
      return " from right to left";
    case Direction::both:
      break;
  }
  return "";
}

}  // namespace sluice::rules
