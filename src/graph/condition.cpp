#include "graph/condition.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sluice::graph {

std::optional<std::string> unmet(const Condition& condition,
                                 std::span<const vision::Object> objects) {
  const auto count = std::ranges::count_if(objects, [&](const vision::Object& object) {
    return (condition.label.empty() || object.label == condition.label) &&
           object.score >= condition.min_score;
  });
  if (count >= static_cast<std::ptrdiff_t>(condition.min_count)) return std::nullopt;
  std::string what = condition.label.empty() ? "objects" : fmt::format("'{}'", condition.label);
  if (condition.min_score > 0) {
    what += fmt::format(" with a score of at least {}", condition.min_score);
  }
  return fmt::format("'{}' found {} {}, and at least {} must there be", condition.step, count, what,
                     condition.min_count);
}

}  // namespace sluice::graph
