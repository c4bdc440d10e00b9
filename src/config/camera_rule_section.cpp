// The rules of a station's cameras.
#include "config/kinds.hpp"
#include "config/rule_types.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

using Rule = rules::CameraRule;

template <class Test>
Test& test(Rule& r) {
  return std::get<Test>(r.test);
}

/// What every kind of rule has.
void common_keys(Object<Rule>& o, bool when_empty = true) {
  o.key(
      "name", [](Rule & r) -> auto& { return r.name; }, name(), "In verdicts; none: its type.");
  o.key(
      "step", [](Rule & r) -> auto& { return r.select.step; }, text(),
      "Looks at what this step found; none: all steps.");
  o.key(
      "classes", [](Rule & r) -> auto& { return r.select.labels; }, list(text()),
      "Looks at objects with these labels only; none: all.");
  if (!when_empty) return;
  o.key(
      "when_empty", [](Rule & r) -> auto& { return r.when_empty; }, maybe(decision_type()),
      "The decision where there is nothing to look at; none: OK for `unexpected_label`, "
      "`max_nb_objects` and `zone_count` (which counts 0), else NO_DECISION.");
}

template <class Test>
Object<Rule> rule_kind(const char* type, const char* doc) {
  Rule defaults;
  defaults.test = Test{};
  return kind<Rule>(type, doc, std::move(defaults));
}

template <class Test>
void match_key(Object<Rule>& o) {
  o.key(
      "match", [](Rule & r) -> auto& { return test<Test>(r).match; }, match_type(),
      "Which objects must be as wanted.");
}

template <class Test>
void anchor_key(Object<Rule>& o) {
  o.key(
      "anchor", [](Rule & r) -> auto& { return test<Test>(r).anchor; }, anchor_type(),
      "The point of a box that stands for the object.");
}

Object<Rule> expected_label() {
  auto o = rule_kind<rules::ExpectedLabel>("expected_label", "the label is one of these");
  o.key(
      "labels", [](Rule & r) -> auto& { return test<rules::ExpectedLabel>(r).labels; },
      list(text(), 1), "The labels.", Need::required);
  match_key<rules::ExpectedLabel>(o);
  common_keys(o);
  return o;
}

Object<Rule> unexpected_label() {
  auto o =
      rule_kind<rules::UnexpectedLabel>("unexpected_label", "no object has one of these labels");
  o.key(
      "labels", [](Rule & r) -> auto& { return test<rules::UnexpectedLabel>(r).labels; },
      list(text(), 1), "The labels.", Need::required);
  common_keys(o);
  return o;
}

Object<Rule> min_objects() {
  auto o = rule_kind<rules::MinObjects>("min_nb_objects", "at least so many objects");
  o.key(
      "min", [](Rule & r) -> auto& { return test<rules::MinObjects>(r).min; },
      integer<int>({.minimum = 0}), "How many.");
  common_keys(o);
  return o;
}

Object<Rule> max_objects() {
  auto o = rule_kind<rules::MaxObjects>("max_nb_objects", "at most so many objects");
  o.key(
      "max", [](Rule & r) -> auto& { return test<rules::MaxObjects>(r).max; },
      integer<int>({.minimum = 0}), "How many.");
  common_keys(o);
  return o;
}

Object<Rule> text_match() {
  auto o = rule_kind<rules::TextMatch>("text_match", "the text that was read has a match");
  o.key(
      "pattern", [](Rule & r) -> auto& { return test<rules::TextMatch>(r).pattern; },
      pattern_type(), "A regular expression (RE2: Perl's without back references and look-around).",
      Need::required);
  match_key<rules::TextMatch>(o);
  common_keys(o);
  return o;
}

Object<Rule> date_not_past() {
  auto o = rule_kind<rules::DateNotPast>("date_not_past", "the date that was read is not over");
  o.key(
      "formats", [](Rule & r) -> auto& { return test<rules::DateNotPast>(r).formats; },
      date_formats_type(), "As strptime has them: %d.%m.%Y, %b %Y, ...", Need::required);
  o.key(
      "min_days_left", [](Rule & r) -> auto& { return test<rules::DateNotPast>(r).min_days_left; },
      integer<int>({.minimum = 0, .maximum = 36500}), "Days that must be left.");
  match_key<rules::DateNotPast>(o);
  common_keys(o);
  return o;
}

Object<Rule> score_range() {
  auto o = rule_kind<rules::ScoreRange>("score_range", "scores lie within a range");
  o.key(
      "score", [](Rule & r) -> auto& { return test<rules::ScoreRange>(r).score; },
      object(range_object()), "The range.", Need::required);
  match_key<rules::ScoreRange>(o);
  common_keys(o);
  return o;
}

Object<Rule> zone_count() {
  auto o = rule_kind<rules::ZoneCount>("zone_count", "so many objects in a part of the image");
  o.key(
      "polygon", [](Rule & r) -> auto& { return test<rules::ZoneCount>(r).polygon; },
      list(point_type(), 3), "Its corners, [x, y] in pixels of the full image.", Need::required);
  o.key(
      "min", [](Rule & r) -> auto& { return test<rules::ZoneCount>(r).min; },
      integer<int>({.minimum = 0}), "At least so many.");
  o.key(
      "max", [](Rule & r) -> auto& { return test<rules::ZoneCount>(r).max; },
      maybe(integer<int>({.minimum = 0})), "At most so many; none: any number.");
  anchor_key<rules::ZoneCount>(o);
  common_keys(o);
  return o;
}

Object<Rule> box_range() {
  auto o = rule_kind<rules::BoxRange>("box_range", "boxes have a size and place within ranges");
  const auto key = [&](const char* name, auto member, const char* doc) {
    o.key(name, member, maybe(object(range_object())), doc);
  };
  key(
      "width", [](Rule & r) -> auto& { return test<rules::BoxRange>(r).width; }, "In pixels.");
  key(
      "height", [](Rule & r) -> auto& { return test<rules::BoxRange>(r).height; }, "In pixels.");
  key(
      "area", [](Rule & r) -> auto& { return test<rules::BoxRange>(r).area; }, "In square pixels.");
  key(
      "x", [](Rule & r) -> auto& { return test<rules::BoxRange>(r).x; }, "Of the anchor.");
  key(
      "y", [](Rule & r) -> auto& { return test<rules::BoxRange>(r).y; }, "Of the anchor.");
  anchor_key<rules::BoxRange>(o);
  match_key<rules::BoxRange>(o);
  common_keys(o);
  return o;
}

Object<Rule> line_crossing() {
  using O = rules::LineCrossing;
  auto o = rule_kind<O>("line_crossing", "KO in each frame in which an object crosses a line");
  o.key(
      "from", [](Rule & r) -> auto& { return test<O>(r).from; }, point_type(), "One end, [x, y].",
      Need::required);
  o.key(
      "to", [](Rule & r) -> auto& { return test<O>(r).to; }, point_type(), "The other end.",
      Need::required);
  o.key(
      "direction", [](Rule & r) -> auto& { return test<O>(r).direction; },
      choice<rules::Direction>(
          {{rules::Direction::both, "both", "either way"},
           {rules::Direction::left_to_right, "left_to_right", "seen from `from`"},
           {rules::Direction::right_to_left, "right_to_left", "seen from `from`"}}),
      "Which crossings count.");
  o.key(
      "max_distance", [](Rule & r) -> auto& { return test<O>(r).max_distance; }, number(above(0)),
      "Pixels that an object may move from frame to frame.");
  o.key(
      "forget_after", [](Rule & r) -> auto& { return test<O>(r).forget_after; }, duration(),
      "An object not seen for longer is a new one.");
  anchor_key<O>(o);
  common_keys(o, false);
  return o;
}

}  // namespace

Type<rules::CameraRule> camera_rule_type() {
  static const auto type =
      kinds<Rule>({expected_label(), unexpected_label(), min_objects(), max_objects(), text_match(),
                   date_not_past(), score_range(), zone_count(), box_range(), line_crossing()});
  return type;
}

const Object<rules::CameraOptions>& camera_rules_object() {
  using O = rules::CameraOptions;
  static const auto definition = [] {
    Object<O> o("judgement", "What a camera's objects must be like.");
    o.key(
        "rules", [](O & c) -> auto& { return c.rules; }, list(camera_rule_type()),
        "The rules; none: the camera has no part in the decision.");
    o.key(
        "combine", [](O & c) -> auto& { return c.combine; },
        choice<rules::Combination>({{rules::Combination::all, "all", "OK if every rule says OK"},
                                    {rules::Combination::any, "any", "OK if one rule says OK"}}),
        "How several rules come to one decision.");
    o.key(
        "no_decision", [](O & c) -> auto& { return c.no_decision; }, no_decision_type(),
        "What a rule without a decision does.");
    return o;
  }();
  return definition;
}

}  // namespace sluice::config
