// Rules that look at each object: what was found, and how it adds up. Internal to rules/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/camera_rule.hpp"
#include "rules/verdict.hpp"
#include "vision/object.hpp"

namespace sluice::rules {

/// One object as a rule sees it.
struct Finding {
  const vision::Object* object = nullptr;
  bool good = false;
  std::string what;  ///< what was looked at: "label 'cap'"
};

/// The label is (`wanted`) or is not one of `labels`; nullopt: the object has none.
std::optional<Finding> label_finding(const vision::Object& object,
                                     const std::vector<std::string>& labels, bool wanted);
/// The box against the ranges; nullopt: the object has none.
std::optional<Finding> box_finding(const vision::Object& object, const BoxRange& test);

/// The verdict over one finding at least, without the rule's name. Behind it are the objects that
/// decided: the bad ones or all for `all`, the good ones or all for `any`.
Verdict judge(const std::vector<Finding>& findings, Match match, const std::string& expectation);

}  // namespace sluice::rules
