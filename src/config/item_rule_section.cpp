// The rules of a station's items.
#include "config/kinds.hpp"
#include "config/rule_types.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

Object<rules::ItemRule> item_rule_kind(const char* type, const char* doc,
                                       decltype(rules::ItemRule::test) test) {
  auto o = kind<rules::ItemRule>(type, doc, {{}, rules::NoDecision::propagate, std::move(test)});
  o.key(
      "name", [](rules::ItemRule & r) -> auto& { return r.name; }, name(),
      "In verdicts; none: its type.");
  o.key(
      "no_decision", [](rules::ItemRule & r) -> auto& { return r.no_decision; }, no_decision_type(),
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

}  // namespace sluice::config
