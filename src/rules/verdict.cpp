#include "rules/verdict.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sluice::rules {

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::ok:
      return "OK";
    case Decision::ko:
      return "KO";
    case Decision::no_decision:
      break;
  }
  return "NO_DECISION";
}

std::optional<Decision> decision_from(std::string_view text) {
  for (const Decision decision : {Decision::ok, Decision::ko, Decision::no_decision}) {
    if (text == to_string(decision)) return decision;
  }
  return std::nullopt;
}

std::string explain(const Verdict& verdict) {
  constexpr std::size_t kShown = 8;
  std::string objects;
  if (!verdict.objects.empty()) {
    const auto shown = static_cast<std::ptrdiff_t>(std::min(kShown, verdict.objects.size()));
    objects = fmt::format(" ({}{})",
                          fmt::join(verdict.objects.begin(), verdict.objects.begin() + shown, ", "),
                          verdict.objects.size() > kShown
                              ? fmt::format(" and {} more", verdict.objects.size() - kShown)
                              : "");
  }
  return fmt::format("{} by rule \"{}\": {}{}.", to_string(verdict.decision), verdict.rule,
                     verdict.reason, objects);
}

}  // namespace sluice::rules
