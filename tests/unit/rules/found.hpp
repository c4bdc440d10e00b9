// Objects and frames for tests of rules.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "rules/evaluate.hpp"

namespace sluice::rules {

using Objects = std::vector<vision::Object>;

inline constexpr std::chrono::sys_days kToday{std::chrono::year(2026) / 11 / 22};

inline vision::Object labelled(std::string id, std::string label, float score = 0.9F) {
  vision::Object object;
  object.id = std::move(id);
  object.step = "detect";
  object.label = std::move(label);
  object.score = score;
  return object;
}

inline vision::Object read(std::string id, std::string text) {
  vision::Object object;
  object.id = std::move(id);
  object.step = "ocr";
  object.text = std::move(text);
  return object;
}

/// A box of 10 x 20 pixels with its centre there.
inline vision::Object boxed(std::string id, std::string label, float x, float y) {
  vision::Object object = labelled(std::move(id), std::move(label));
  object.box = vision::Box{x - 5, y - 10, x + 5, y + 10};
  return object;
}

/// One object of the step `detect` for each label: d-1, d-2, ...
inline Objects with_labels(const std::vector<std::string>& labels) {
  Objects objects;
  for (const std::string& label : labels) {
    objects.push_back(labelled("d-" + std::to_string(objects.size() + 1), label));
  }
  return objects;
}

/// The verdict on one frame without a past.
inline Verdict verdict_on(const CameraRule& rule, const Objects& objects,
                          const std::vector<FailedStep>& failed = {}) {
  LineCounter lines;
  return evaluate(rule, Frame{objects, failed, {}, kToday}, lines);
}

template <class Test>
CameraRule rule_of(Test test, Selection select = {}) {
  CameraRule rule;
  rule.select = std::move(select);
  rule.test = std::move(test);
  return rule;
}

}  // namespace sluice::rules
