#include "rules/evaluate.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rules/describe.hpp"
#include "rules/findings.hpp"

namespace sluice::rules {
namespace {

using vision::Object;

/// The selected objects, and whether the steps found any before their labels were looked at.
struct Selected {
  std::vector<const Object*> objects;
  bool nothing_found = true;
};

Selected select(const Selection& selection, std::span<const Object> objects) {
  Selected selected;
  for (const Object& object : objects) {
    if (!selection.step.empty() && object.step != selection.step) continue;
    selected.nothing_found = false;
    const auto& labels = selection.labels;
    if (!labels.empty() && std::ranges::find(labels, object.label) == labels.end()) continue;
    selected.objects.push_back(&object);
  }
  return selected;
}

std::vector<std::string> ids(const std::vector<const Object*>& objects) {
  std::vector<std::string> all;
  for (const Object* object : objects) all.push_back(object->id);
  return all;
}

/// "2 objects labelled 'cap' or 'lid'".
std::string count_text(std::size_t count, const Selection& selection) {
  return fmt::format("{} object{}{}", count, count == 1 ? "" : "s",
                     selection.labels.empty() ? "" : " labelled " + one_of(selection.labels));
}

std::string date_text(std::chrono::year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

/// One overload per kind of rule. The verdict's rule is filled in by the caller.
class Judge {
 public:
  Judge(const CameraRule& rule, const Frame& frame, LineCounter& lines)
      : rule_(rule), frame_(frame), lines_(lines), selected_(select(rule.select, frame.objects)) {}

  Verdict operator()(const ExpectedLabel& test) const {
    return each(Decision::no_decision, test.match, "label", one_of(test.labels) + " is expected",
                [&](const Object& object) { return label_finding(object, test.labels, true); });
  }

  Verdict operator()(const UnexpectedLabel& test) const {
    return each(Decision::ok, Match::all, "label",
                "anything but " + one_of(test.labels) + " is expected",
                [&](const Object& object) { return label_finding(object, test.labels, false); });
  }

  Verdict operator()(const MinObjects& test) const {
    if (selected_.nothing_found) return empty(Decision::no_decision, "object");
    return count(selected_.objects, {.min = double(test.min)}, "");
  }

  Verdict operator()(const MaxObjects& test) const {
    if (selected_.nothing_found && rule_.when_empty) return empty(Decision::ok, "object");
    return count(selected_.objects, {.max = double(test.max)}, "");
  }

  Verdict operator()(const TextMatch& test) const {
    return each(Decision::no_decision, test.match, "text",
                fmt::format("a match of /{}/ is expected", test.pattern.expression()),
                [&](const Object& object) -> std::optional<Finding> {
                  if (object.text.empty()) return std::nullopt;
                  return Finding{&object, test.pattern.found_in(object.text),
                                 fmt::format("text '{}'", object.text)};
                });
  }

  Verdict operator()(const DateNotPast& test) const {
    const std::chrono::sys_days first = frame_.today + std::chrono::days(test.min_days_left);
    return each(Decision::no_decision, test.match, "date",
                date_text(first) + " or later is expected",
                [&](const Object& object) -> std::optional<Finding> {
                  std::optional<std::chrono::year_month_day> latest;
                  for (const DateFormat& format : test.formats) {
                    for (const auto& date : format.find(object.text)) {
                      if (!latest || date > *latest) latest = date;
                    }
                  }
                  if (!latest) return std::nullopt;
                  return Finding{&object, std::chrono::sys_days(*latest) >= first,
                                 "date " + date_text(*latest)};
                });
  }

  Verdict operator()(const ScoreRange& test) const {
    // A score of 0.7F is a little below the double 0.7, but "at least 0.7" for whoever wrote it.
    const Range rounded{static_cast<float>(test.score.min), static_cast<float>(test.score.max)};
    return each(Decision::no_decision, test.match, "object", limits(test.score) + " is expected",
                [&](const Object& object) -> std::optional<Finding> {
                  return Finding{&object, within(rounded, double{object.score}),
                                 fmt::format("score {:.6g}", object.score)};
                });
  }

  Verdict operator()(const ZoneCount& test) const {
    if (selected_.nothing_found && rule_.when_empty) return empty(Decision::ok, "object");
    std::vector<const Object*> inside;
    for (const Object* object : selected_.objects) {
      if (object->box && contains(test.polygon, anchor_point(*object->box, test.anchor))) {
        inside.push_back(object);
      }
    }
    Range range;
    if (test.min > 0) range.min = test.min;
    if (test.max) range.max = *test.max;
    return count(inside, range, " in the zone");
  }

  Verdict operator()(const BoxRange& test) const {
    return each(Decision::no_decision, test.match, "box", box_ranges_text(test) + " is expected",
                [&](const Object& object) { return box_finding(object, test); });
  }

  Verdict operator()(const LineCrossing& test) const {
    Verdict verdict{Decision::ok, {}, {}, {}};
    const auto crossings = lines_.update(test, selected_.objects, frame_.time);
    for (const auto& crossing : crossings) verdict.objects.push_back(crossing.id);
    if (!crossings.empty()) verdict.decision = Decision::ko;
    verdict.reason =
        fmt::format("{} crossed the line{}, {} so far", count_text(crossings.size(), rule_.select),
                    direction_text(test.direction), lines_.total());
    return verdict;
  }

 private:
  [[nodiscard]] Verdict empty(Decision usual, std::string_view what) const {
    return {rule_.when_empty.value_or(usual), {}, fmt::format("found no {} to judge", what), {}};
  }

  /// Judges each object for which `look` gives a finding.
  template <class Look>
  [[nodiscard]] Verdict each(Decision when_empty, Match match, std::string_view what,
                             const std::string& expectation, Look look) const {
    std::vector<Finding> findings;
    for (const Object* object : selected_.objects) {
      if (auto finding = look(*object)) findings.push_back(std::move(*finding));
    }
    return findings.empty() ? empty(when_empty, what) : judge(findings, match, expectation);
  }

  [[nodiscard]] Verdict count(const std::vector<const Object*>& objects, const Range& range,
                              std::string_view where) const {
    return {within(range, static_cast<double>(objects.size())) ? Decision::ok : Decision::ko,
            {},
            fmt::format("found {}{}, expected {}", count_text(objects.size(), rule_.select), where,
                        limits(range)),
            ids(objects)};
  }

  const CameraRule& rule_;
  const Frame& frame_;
  LineCounter& lines_;
  Selected selected_;
};

}  // namespace

Verdict evaluate(const CameraRule& rule, const Frame& frame, LineCounter& lines) {
  for (const FailedStep& failed : frame.failed) {
    if (!rule.select.step.empty() && failed.step != rule.select.step) continue;
    return {Decision::no_decision,
            name(rule),
            fmt::format("step '{}' failed: {}", failed.step, failed.error),
            {}};
  }
  Verdict verdict = std::visit(Judge(rule, frame, lines), rule.test);
  verdict.rule = name(rule);
  return verdict;
}

}  // namespace sluice::rules
