// The rules of a station's cameras and items, and its events.
#include "config/kinds.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

using Rule = rules::CameraRule;

template <class Test>
Test& test(Rule& r) {
  return std::get<Test>(r.test);
}

Type<rules::NoDecision> no_decision() {
  return choice<rules::NoDecision>(
      {{rules::NoDecision::propagate, "propagate", "one makes the whole NO_DECISION"},
       {rules::NoDecision::as_ko, "as_ko", "counts as KO"},
       {rules::NoDecision::ignore, "ignore", "is left out, also of ratios"},
       {rules::NoDecision::keep, "keep",
        "counts in ratios as neither; `all` and `any` become NO_DECISION "
        "where it could have changed them"}});
}

Type<rules::Match> match() {
  return choice<rules::Match>({{rules::Match::all, "all", "every object"},
                               {rules::Match::any, "any", "one object at least"},
                               {rules::Match::last, "last", "the last object alone"}});
}

Type<rules::Anchor> anchor() {
  return choice<rules::Anchor>({{rules::Anchor::centre, "centre", "the middle of the box"},
                                {rules::Anchor::bottom_centre, "bottom_centre",
                                 "where something that stands on the floor touches it"}});
}

/// A text that is made into something, or is a problem.
template <class T, class Parse>
Type<T> parsed(Parse parse, std::function<std::string(const T&)> write) {
  auto words = text();
  return {
      words.description,
      [words, parse](const Node& node, T& value, Reader& reader) {
        std::string given;
        const auto before = reader.problems().size();
        words.read(node, given, reader);
        if (reader.problems().size() != before) return;
        auto made = parse(given);
        if (made) {
          value = std::move(*made);
        } else {
          reader.problem(node, made.error().message);
        }
      },
      [write](const T& value) -> boost::json::value { return boost::json::string(write(value)); }};
}

Type<rules::Pattern> pattern() {
  return parsed<rules::Pattern>(&rules::Pattern::compile,
                                [](const rules::Pattern& p) { return p.expression(); });
}

Type<std::vector<rules::DateFormat>> date_formats() {
  auto words = list(text(), 1);
  return {words.description,
          [words](const Node& node, std::vector<rules::DateFormat>& value, Reader& reader) {
            std::vector<std::string> given;
            words.read(node, given, reader);
            std::vector<rules::DateFormat> formats;
            for (std::size_t i = 0; i < given.size(); ++i) {
              const auto scope = reader.item(i);
              auto format = rules::DateFormat::parse(given[i]);
              if (format) {
                formats.push_back(std::move(*format));
              } else {
                reader.problem(node.items[i], format.error().message);
              }
            }
            value = std::move(formats);
          },
          [](const std::vector<rules::DateFormat>&) -> boost::json::value { return nullptr; }};
}

Type<rules::Point> point() {
  auto pair = list(number({}), 2, 2);
  return {pair.description,
          [pair](const Node& node, rules::Point& value, Reader& reader) {
            std::vector<double> given;
            pair.read(node, given, reader);
            if (given.size() == 2) value = {given[0], given[1]};
          },
          [](const rules::Point&) -> boost::json::value { return nullptr; }};
}

Object<rules::Range> range_object() {
  Object<rules::Range> o("range", "Both ends belong to it; one that is left out is no limit.");
  o.key(
      "min", [](rules::Range & r) -> auto& { return r.min; }, number({}), "Lowest value.");
  o.key(
      "max", [](rules::Range & r) -> auto& { return r.max; }, number({}), "Highest value.");
  return o;
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
      "match", [](Rule & r) -> auto& { return test<Test>(r).match; }, match(),
      "Which objects must be as wanted.");
}

template <class Test>
void anchor_key(Object<Rule>& o) {
  o.key(
      "anchor", [](Rule & r) -> auto& { return test<Test>(r).anchor; }, anchor(),
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
      "pattern", [](Rule & r) -> auto& { return test<rules::TextMatch>(r).pattern; }, pattern(),
      "A regular expression (RE2: Perl's without back references and look-around).",
      Need::required);
  match_key<rules::TextMatch>(o);
  common_keys(o);
  return o;
}

Object<Rule> date_not_past() {
  auto o = rule_kind<rules::DateNotPast>("date_not_past", "the date that was read is not over");
  o.key(
      "formats", [](Rule & r) -> auto& { return test<rules::DateNotPast>(r).formats; },
      date_formats(), "As strptime has them: %d.%m.%Y, %b %Y, ...", Need::required);
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
      list(point(), 3), "Its corners, [x, y] in pixels of the full image.", Need::required);
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
      "from", [](Rule & r) -> auto& { return test<O>(r).from; }, point(), "One end, [x, y].",
      Need::required);
  o.key(
      "to", [](Rule & r) -> auto& { return test<O>(r).to; }, point(), "The other end.",
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

Object<rules::ItemRule> item_rule_kind(const char* type, const char* doc,
                                       decltype(rules::ItemRule::test) test) {
  auto o = kind<rules::ItemRule>(type, doc, {{}, rules::NoDecision::propagate, std::move(test)});
  o.key(
      "name", [](rules::ItemRule & r) -> auto& { return r.name; }, name(),
      "In verdicts; none: its type.");
  o.key(
      "no_decision", [](rules::ItemRule & r) -> auto& { return r.no_decision; }, no_decision(),
      "What a camera without a decision does.");
  return o;
}

template <class Test>
void expected_key(Object<rules::ItemRule>& o) {
  o.key(
      "expected", [](rules::ItemRule & r) -> auto& { return std::get<Test>(r.test).expected; },
      decision_type(), "The decision that is counted.");
}

template <class Test, class Number>
void threshold_key(Object<rules::ItemRule>& o, Type<Number> type, const char* doc) {
  o.key(
      "threshold", [](rules::ItemRule & r) -> auto& { return std::get<Test>(r.test).threshold; },
      type, doc);
}

}  // namespace

Type<rules::Decision> decision_type() {
  return choice<rules::Decision>(
      {{rules::Decision::ok, "OK", "as wanted"},
       {rules::Decision::ko, "KO", "not as wanted"},
       {rules::Decision::no_decision, "NO_DECISION", "nothing to judge"}});
}

Type<rules::CameraRule> camera_rule_type() {
  static const auto type =
      kinds<Rule>({expected_label(), unexpected_label(), min_objects(), max_objects(), text_match(),
                   date_not_past(), score_range(), zone_count(), box_range(), line_crossing()});
  return type;
}

Type<rules::ItemRule> item_rule_type() {
  const auto count = integer<int>({.minimum = 1});
  auto min_ko =
      item_rule_kind("min_threshold_ko", "KO if so many cameras are KO", rules::MinThresholdKo{});
  threshold_key<rules::MinThresholdKo>(min_ko, count, "How many.");
  auto min = item_rule_kind("min_threshold", "OK if so many cameras are `expected`",
                            rules::MinThreshold{});
  expected_key<rules::MinThreshold>(min);
  threshold_key<rules::MinThreshold>(min, count, "How many.");
  auto ratio =
      item_rule_kind("min_threshold_ratio", "OK if such a share of the cameras is `expected`",
                     rules::MinThresholdRatio{});
  expected_key<rules::MinThresholdRatio>(ratio);
  threshold_key<rules::MinThresholdRatio>(ratio, fraction(between(0, 1)), "The share.");
  auto ok_ratio =
      item_rule_kind("min_threshold_ok_ratio", "OK if such a share of the cameras is OK",
                     rules::MinThresholdRatio{});
  threshold_key<rules::MinThresholdRatio>(ok_ratio, fraction(between(0, 1)), "The share.");
  auto all = item_rule_kind("all", "OK if every camera is `expected`", rules::AllCameras{});
  expected_key<rules::AllCameras>(all);
  auto any = item_rule_kind("any", "OK if one camera is `expected`", rules::AnyCamera{});
  expected_key<rules::AnyCamera>(any);
  auto weighted =
      item_rule_kind("weighted", "OK if the cameras that are OK weigh enough", rules::Weighted{});
  weighted.key(
      "weights",
      [](rules::ItemRule & r) -> auto& { return std::get<rules::Weighted>(r.test).weights; },
      map_of(number(at_least(0))), "By camera; one that is not named weighs 1.");
  threshold_key<rules::Weighted>(weighted, fraction(between(0, 1)),
                                 "Their share of the weight of all.");
  auto per_camera = item_rule_kind("per_camera", "OK if each named camera decides as expected",
                                   rules::PerCamera{});
  per_camera.key(
      "expected",
      [](rules::ItemRule & r) -> auto& { return std::get<rules::PerCamera>(r.test).expected; },
      map_of(decision_type()), "The decision by camera.", Need::required);
  return kinds<rules::ItemRule>({all, any, min_ko, min, ratio, ok_ratio, weighted, per_camera},
                                "all");
}

const Object<rules::TemporalOptions>& event_object() {
  using O = rules::TemporalOptions;
  static const auto definition = [] {
    Object<O> o("event", "When frames that are KO raise an event.");
    const auto frames = integer<int>({.minimum = 1, .maximum = 100'000});
    o.key(
        "name", [](O & t) -> auto& { return t.name; }, name(), "In verdicts.");
    o.key(
        "frames", [](O & t) -> auto& { return t.frames; }, frames, "KO frames that raise it...");
    o.key(
        "window", [](O & t) -> auto& { return t.window; }, frames, "...among so many last ones.");
    o.key(
        "clear_frames", [](O & t) -> auto& { return t.clear_frames; },
        maybe(integer<int>({.minimum = 0, .maximum = 100'000})),
        "It is cleared when at most so many of the window are KO; none: `frames` - 1.");
    o.key(
        "cool_down", [](O & t) -> auto& { return t.cool_down; }, duration(),
        "From raising one until the next may be raised.");
    o.key(
        "max_age", [](O & t) -> auto& { return t.max_age; }, duration_or_none(),
        "Older frames do not count.");
    o.key(
        "no_decision", [](O & t) -> auto& { return t.no_decision; }, no_decision(),
        "What a frame without a decision does.");
    o.rule([](const Node& node, O& t, Reader& reader) {
      if (node.find("window") == nullptr) t.window = std::max(t.window, t.frames);
      if (auto good = rules::check(t); !good) reader.problem(node, good.error().message);
    });
    return o;
  }();
  return definition;
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
        "no_decision", [](O & c) -> auto& { return c.no_decision; }, no_decision(),
        "What a rule without a decision does.");
    return o;
  }();
  return definition;
}

}  // namespace sluice::config
