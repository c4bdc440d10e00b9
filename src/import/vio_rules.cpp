#include "import/vio_rules.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "import/target.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

struct Written {
  Value kind;        ///< which rule
  Value parameters;  ///< the mapping that has them
};

Written find_rule(const Value& rule, std::string_view kind_key) {
  if (const auto kind = rule[kind_key]) return {kind, rule};
  return {rule.required("name", "which rule"), rule.required("parameters", "the rule's numbers")};
}

/// The labels under one of two keys: the name that the parameter had first, and has now.
Value either(const Value& parameters, const char* first, const char* later) {
  const auto value = parameters[first];
  return value ? value : parameters.required(later, fmt::format("or `{}`", first));
}

json::object selecting(json::object rule, const std::string& step,
                       const std::vector<std::string>& classes) {
  rule["step"] = step;
  if (!classes.empty()) rule["classes"] = literals(classes);
  return rule;
}

json::array labels(const Value& value) {
  auto out = literals(value.words());
  if (value && out.empty()) value.problem("names no label; name one or remove the rule");
  return out;
}

json::object counted(const char* type, const char* key, const Written& written,
                     const std::string& step, const std::vector<std::string>& of_step,
                     const char* threshold) {
  const auto own = written.parameters["class_to_detect"];
  const auto count = either(written.parameters, threshold, "threshold").integer(1, 0, 1'000'000);
  if (own) own.mapped("the labels that are counted");
  return selecting({{"type", type}, {key, count}}, step, own ? own.words() : of_step);
}

/// VIO counts as many cameras as there are; Sluice those with rules.
std::int64_t camera_count(const Value& threshold, std::size_t cameras) {
  const auto given = threshold.integer(1, 0, 1'000'000);
  const auto most = static_cast<std::int64_t>(std::max<std::size_t>(cameras, 1));
  const auto taken = std::clamp<std::int64_t>(given, 1, most);
  if (taken != given) {
    threshold.changed(fmt::format(
        "{} instead of {}: it must be from 1 to the number of cameras with rules", taken, given));
  }
  return taken;
}

double share(const Value& threshold) {
  const double given = threshold.number(1);
  if (given >= 0 && given <= 1) return given;
  threshold.changed(fmt::format("1 instead of {}: no share can be more", given));
  return 1;
}

std::string expected(const Value& parameters) {
  const auto value = parameters["expected_decision"];
  auto word = value.text("OK");
  if (word == "OK" || word == "KO") return word;
  value.problem(fmt::format("is \"{}\", but must be OK or KO", word));
  return "OK";
}

}  // namespace

std::optional<json::object> vio_camera_rule(const Value& rule, const std::string& step,
                                            const std::vector<std::string>& classes) {
  const auto written = find_rule(rule, "camera_rule_type");
  const auto word = written.kind.text();
  std::optional<json::object> out;
  if (word == "expected_label_rule") {
    const auto wanted = either(written.parameters, "expected_label", "expected_class");
    wanted.mapped("expected_label, judged by the last object as before");
    out = selecting({{"type", "expected_label"}, {"labels", labels(wanted)}, {"match", "last"}},
                    step, classes);
  } else if (word == "unexpected_label_rule") {
    const auto unwanted = either(written.parameters, "unexpected_label", "unexpected_class");
    unwanted.mapped("unexpected_label");
    out = selecting({{"type", "unexpected_label"}, {"labels", labels(unwanted)}}, step, classes);
  } else if (word == "min_nb_objects_rule") {
    written.kind.mapped("min_nb_objects");
    out = counted("min_nb_objects", "min", written, step, classes, "min_threshold");
  } else if (word == "max_nb_objects_rule") {
    written.kind.changed(
        "max_nb_objects: KO if there are more than the threshold. With a models_graph it tested "
        "for fewer, like the minimum; if your threshold was chosen for that, use min_nb_objects");
    out = counted("max_nb_objects", "max", written, step, classes, "max_threshold");
  } else if (written.kind) {
    const std::vector<std::string> known{"expected_label_rule", "unexpected_label_rule",
                                         "min_nb_objects_rule", "max_nb_objects_rule"};
    written.kind.problem(
        fmt::format("the rule \"{}\" is unknown{}", word, base::suggestion(word, "rules", known)));
  }
  if (out) {
    written.parameters.leave_rest();
    rule.leave_rest();
  }
  return out;
}

std::optional<json::object> vio_item_rule(const Value& rule, std::size_t cameras) {
  const auto written = find_rule(rule, "item_rule_type");
  const auto& parameters = written.parameters;
  const auto word = written.kind.text();
  std::optional<json::object> out;
  if (word == "min_threshold_ko_rule" || word == "min_threshold_KO_rule") {
    const auto threshold = parameters.required("threshold", "how many cameras");
    out =
        json::object{{"type", "min_threshold_ko"}, {"threshold", camera_count(threshold, cameras)}};
  } else if (word == "min_threshold_ok_ratio_rule" || word == "threshold_ratio_rule") {
    const auto threshold = parameters.required("min_threshold", "the share of cameras");
    out = json::object{{"type", "min_threshold_ok_ratio"}, {"threshold", share(threshold)}};
  } else if (word == "min_threshold_rule") {
    const auto threshold = parameters.required("threshold", "how many cameras");
    out = json::object{{"type", "min_threshold"},
                       {"expected", expected(parameters)},
                       {"threshold", camera_count(threshold, cameras)}};
  } else if (word == "min_threshold_ratio_rule") {
    const auto threshold = parameters.required("threshold", "the share of cameras");
    out = json::object{{"type", "min_threshold_ratio"},
                       {"expected", expected(parameters)},
                       {"threshold", share(threshold)}};
  } else if (written.kind) {
    const std::vector<std::string> known{"min_threshold_ko_rule", "min_threshold_ok_ratio_rule",
                                         "min_threshold_rule", "min_threshold_ratio_rule"};
    written.kind.problem(
        fmt::format("the rule \"{}\" is unknown{}", word, base::suggestion(word, "rules", known)));
  }
  if (!out) return out;
  (*out)["no_decision"] = "keep";
  written.kind.mapped(fmt::format(
      "{}; `no_decision: keep` counts cameras without a decision in the total, as before",
      std::string((*out)["type"].as_string())));
  parameters.leave_rest();
  rule.leave_rest();
  return out;
}

bool is_about_classes(const Value& rule) {
  const auto word = rule["camera_rule_type"].text();
  return word == "expected_label_rule" || word == "unexpected_label_rule";
}

}  // namespace sluice::import
