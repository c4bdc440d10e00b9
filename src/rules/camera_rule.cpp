#include "rules/camera_rule.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace sluice::rules {
namespace {

using base::ErrorCode;
using base::fail;
using base::Status;

bool is_finite(Point point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}

Status check_range(std::string_view name, const Range& range) {
  if (!(range.min <= range.max)) {
    return fail(ErrorCode::invalid, "{} is {}..{}; min must not be above max", name, range.min,
                range.max);
  }
  if (std::isinf(range.min) && std::isinf(range.max)) {
    return fail(ErrorCode::invalid, "{} has neither min nor max; give at least one", name);
  }
  return {};
}

Status check_at_least(std::string_view name, int value, int least) {
  if (value >= least) return {};
  return fail(ErrorCode::invalid, "{} is {}, but must be at least {}", name, value, least);
}

Status check_given(const std::vector<std::string>& labels) {
  if (!labels.empty()) return {};
  return fail(ErrorCode::invalid, "labels is empty; name at least one");
}

Status check_test(const ExpectedLabel& test) {
  return check_given(test.labels);
}

Status check_test(const UnexpectedLabel& test) {
  return check_given(test.labels);
}

Status check_test(const MinObjects& test) {
  return check_at_least("min", test.min, 1);
}

Status check_test(const MaxObjects& test) {
  return check_at_least("max", test.max, 0);
}

Status check_test(const TextMatch& test) {
  if (!test.pattern.empty()) return {};
  return fail(ErrorCode::invalid, "pattern is missing; give a regular expression");
}

Status check_test(const DateNotPast& test) {
  constexpr int kMostDays = 36500;
  if (test.formats.empty()) {
    return fail(ErrorCode::invalid, "formats is empty; give at least one, such as %d/%m/%Y");
  }
  if (test.min_days_left < 0 || test.min_days_left > kMostDays) {
    return fail(ErrorCode::invalid, "min_days_left is {}, not within 0..{}", test.min_days_left,
                kMostDays);
  }
  return {};
}

Status check_test(const ScoreRange& test) {
  return check_range("score", test.score);
}

Status check_test(const ZoneCount& test) {
  if (test.polygon.size() < 3) {
    return fail(ErrorCode::invalid, "polygon has {} corners, but needs at least 3",
                test.polygon.size());
  }
  if (!std::ranges::all_of(test.polygon, is_finite)) {
    return fail(ErrorCode::invalid, "polygon has a corner that is not a finite number");
  }
  if (area(test.polygon) <= 0) {
    return fail(ErrorCode::invalid, "polygon has no area; are its corners in order?");
  }
  if (auto ok = check_at_least("min", test.min, 0); !ok) return ok;
  if (test.max && *test.max < test.min) {
    return fail(ErrorCode::invalid, "max is {}, below min, which is {}", *test.max, test.min);
  }
  if (test.min == 0 && !test.max) {
    return fail(ErrorCode::invalid, "neither min nor max is given, so every count would be OK");
  }
  return {};
}

Status check_test(const BoxRange& test) {
  bool any = false;
  for (const auto& [name, range] : {std::pair("width", &test.width),
                                    {"height", &test.height},
                                    {"area", &test.area},
                                    {"x", &test.x},
                                    {"y", &test.y}}) {
    if (!*range) continue;
    any = true;
    if (auto ok = check_range(name, **range); !ok) return ok;
  }
  if (any) return {};
  return fail(ErrorCode::invalid, "no range is given; give width, height, area, x or y");
}

Status check_test(const LineCrossing& test) {
  if (!is_finite(test.from) || !is_finite(test.to)) {
    return fail(ErrorCode::invalid, "from and to must be finite numbers");
  }
  if (test.from.x == test.to.x && test.from.y == test.to.y) {
    return fail(ErrorCode::invalid, "from and to are the same point, ({}, {})", test.from.x,
                test.from.y);
  }
  if (!(test.max_distance > 0)) {
    return fail(ErrorCode::invalid, "max_distance is {}, but must be above 0", test.max_distance);
  }
  if (test.forget_after.count() <= 0) {
    return fail(ErrorCode::invalid, "forget_after must be above 0");
  }
  return {};
}

/// The labels that the selected steps can give; empty: not known.
base::Result<std::vector<std::string>> known_labels(const Selection& select,
                                                    std::span<const StepLabels> steps) {
  std::vector<std::string> known;
  std::vector<std::string> names;
  bool found = false;
  bool all_known = true;
  for (const StepLabels& step : steps) {
    names.push_back(step.step);
    if (!select.step.empty() && step.step != select.step) continue;
    found = true;
    all_known &= !step.labels.empty();
    known.insert(known.end(), step.labels.begin(), step.labels.end());
  }
  if (!found && !select.step.empty()) {
    return fail(ErrorCode::invalid, "unknown step '{}'{}", select.step,
                base::suggestion(select.step, "steps", names));
  }
  if (!all_known) known.clear();
  return known;
}

Status check_labels(const std::vector<std::string>& labels, const std::vector<std::string>& known) {
  for (const std::string& label : labels) {
    if (label.empty()) return fail(ErrorCode::invalid, "a label is empty");
    if (known.empty() || std::ranges::find(known, label) != known.end()) continue;
    return fail(ErrorCode::invalid, "unknown label '{}', which the model cannot give{}", label,
                base::suggestion(label, "labels", known));
  }
  return {};
}

Status check_camera_rule(const CameraRule& rule, std::span<const StepLabels> steps) {
  if (rule.when_empty && std::holds_alternative<LineCrossing>(rule.test)) {
    return fail(ErrorCode::invalid, "when_empty does not apply: no object, no crossing");
  }
  const auto known = known_labels(rule.select, steps);
  if (!known) return tl::unexpected(known.error());
  if (auto ok = check_labels(rule.select.labels, *known); !ok) return ok;
  if (const auto* expected = std::get_if<ExpectedLabel>(&rule.test)) {
    if (auto ok = check_labels(expected->labels, *known); !ok) return ok;
  }
  if (const auto* unexpected = std::get_if<UnexpectedLabel>(&rule.test)) {
    if (auto ok = check_labels(unexpected->labels, *known); !ok) return ok;
  }
  return std::visit([](const auto& test) { return check_test(test); }, rule.test);
}

}  // namespace

std::string_view kind(const CameraRule& rule) {
  struct Kind {
    std::string_view operator()(const ExpectedLabel&) const { return "expected_label"; }
    std::string_view operator()(const UnexpectedLabel&) const { return "unexpected_label"; }
    std::string_view operator()(const MinObjects&) const { return "min_nb_objects"; }
    std::string_view operator()(const MaxObjects&) const { return "max_nb_objects"; }
    std::string_view operator()(const TextMatch&) const { return "text_match"; }
    std::string_view operator()(const DateNotPast&) const { return "date_not_past"; }
    std::string_view operator()(const ScoreRange&) const { return "score_range"; }
    std::string_view operator()(const ZoneCount&) const { return "zone_count"; }
    std::string_view operator()(const BoxRange&) const { return "box_range"; }
    std::string_view operator()(const LineCrossing&) const { return "line_crossing"; }
  };
  return std::visit(Kind(), rule.test);
}

std::string name(const CameraRule& rule) {
  return rule.name.empty() ? std::string(kind(rule)) : rule.name;
}

base::Status check(const CameraRule& rule, std::span<const StepLabels> steps) {
  return check_camera_rule(rule, steps).map_error([&](const base::Error& error) {
    return base::with_context(fmt::format("rule '{}'", name(rule)), error);
  });
}

}  // namespace sluice::rules
