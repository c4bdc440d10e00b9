#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/import/import_helpers.hpp"

namespace sluice::import {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A station with one camera, whose further keys are given.
Input camera_with(const std::string& keys, const std::string& station_keys = {}) {
  return {"line.json",
          R"({"cameras": {"c": {"type": "fake", "source": "x")" + keys + "}}" + station_keys + "}"};
}

constexpr const char* kGraph = R"(, "models_graph": {"m": {"name": "m"}})";

Input rule_with(const std::string& name, const std::string& parameters) {
  return camera_with(std::string(kGraph) + R"(, "camera_rule": {"name": ")" + name +
                     R"(", "parameters": {)" + parameters + "}}");
}

TEST(Vio, SeveralStationsTakeTurns) {
  auto second = camera_with("");
  second.path = "other.json";
  const auto result = imported({camera_with(""), second}, Origin::vio);
  EXPECT_THAT(result.yaml, HasSubstr("- name: line\n    run: when_active\n"));
  EXPECT_THAT(result.yaml, HasSubstr("- name: other\n    run: when_active\n"));
}

TEST(Vio, OneStationWorksAlways) {
  EXPECT_THAT(imported({camera_with("")}, Origin::vio).yaml, Not(HasSubstr("run:")));
}

TEST(Vio, StationsWithoutModelsNameAFolder) {
  const auto result = imported({camera_with("")}, Origin::vio);
  EXPECT_THAT(result.yaml, HasSubstr("serve: { models: models }\n"));
  EXPECT_THAT(notes_text(result.notes), HasSubstr("changed: line.json: no station has a model"));
}

TEST(Vio, TwoStationsWithOneName) {
  EXPECT_THAT(problems({camera_with(""), camera_with("")}, Origin::vio),
              HasSubstr("two stations called \"line\""));
}

TEST(Vio, MinimumAndMaximumDiffer) {
  const auto* parameters = R"("class_to_detect": ["pin"], "min_threshold": 3)";
  EXPECT_THAT(imported({rule_with("min_nb_objects_rule", parameters)}, Origin::vio).yaml,
              HasSubstr("{ type: min_nb_objects, min: 3, step: m, classes: [pin] }"));
  const auto* most = R"("class_to_detect": ["pin"], "max_threshold": 3)";
  const auto result = imported({rule_with("max_nb_objects_rule", most)}, Origin::vio);
  EXPECT_THAT(result.yaml, HasSubstr("{ type: max_nb_objects, max: 3, step: m, classes: [pin] }"));
  EXPECT_THAT(notes_text(result.notes), HasSubstr("it tested for fewer"));
}

TEST(Vio, OneLabelOrAList) {
  for (const auto* label : {R"("unexpected_label": "KO")", R"("unexpected_label": ["KO"])",
                            R"("unexpected_class": "KO")"}) {
    EXPECT_THAT(imported({rule_with("unexpected_label_rule", label)}, Origin::vio).yaml,
                HasSubstr("{ type: unexpected_label, labels: [KO], step: m }"))
        << label;
  }
}

TEST(Vio, UnknownRule) {
  EXPECT_EQ(problems({rule_with("expected_lable_rule", "")}, Origin::vio),
            "line.json: cameras.c.camera_rule.name: the rule \"expected_lable_rule\" is unknown; "
            "did you mean \"expected_label_rule\"?");
}

TEST(Vio, RuleWithoutParameters) {
  EXPECT_THAT(problems({camera_with(std::string(kGraph) +
                                    R"(, "camera_rule": {"name": "expected_label_rule"})")},
                       Origin::vio),
              HasSubstr("line.json: cameras.c.camera_rule.parameters: is missing"));
}

TEST(Vio, AModelThatDependsOnItself) {
  EXPECT_THAT(problems({camera_with(R"(, "models_graph": {"a": {"depends_on": ["b"]},
                                       "b": {"depends_on": ["a"]}})")},
                       Origin::vio),
              HasSubstr("line.json: cameras.c.models_graph.a: depends on itself"));
}

TEST(Vio, AnUnknownDependencyIsLeftOut) {
  const auto result =
      imported({camera_with(R"(, "models_graph": {"a": {"depends_on": ["b"]}})")}, Origin::vio);
  EXPECT_THAT(result.yaml, Not(HasSubstr("depends_on")));
  EXPECT_THAT(notes_text(result.notes), HasSubstr("models_graph.a.depends_on: \"b\" is left out"));
}

TEST(Vio, AModelThatTheInventoryLacks) {
  const auto station = camera_with(R"(, "models_graph": {"q": {"name": "pin_detectoin"}})");
  EXPECT_THAT(problems({fixture("inventory.json"), station}, Origin::vio),
              HasSubstr("line.json: cameras.c.models_graph.q: there is no model \"pin_detectoin\" "
                        "in the inventory; did you mean \"pin_detection\"?"));
}

TEST(Vio, AnInventoryAloneGivesItsModels) {
  const auto result = imported({fixture("inventory.json")}, Origin::vio);
  EXPECT_THAT(result.yaml, HasSubstr("name: pin_detection"));
  EXPECT_THAT(result.yaml, Not(HasSubstr("stations:")));
}

TEST(Vio, YoloKeepsTheThresholdOfItsServing) {
  const auto result = imported({fixture("inventory.json")}, Origin::vio);
  EXPECT_THAT(result.yaml, HasSubstr("min_score: 0.4"));
  EXPECT_THAT(notes_text(result.notes), HasSubstr("min_score is 0.4 instead of 0.3"));
}

TEST(Vio, AllProblemsAtOnce) {
  const auto told = problems({camera_with(R"(, "models_graph": 3, "camera_rule": "x")"),
                              {"b.json", R"({"cameras": {"d": {"type": "webcam"}}})"}},
                             Origin::vio);
  EXPECT_THAT(told, HasSubstr("line.json: cameras.c.models_graph: must be a mapping"));
  EXPECT_THAT(told, HasSubstr("b.json: cameras.d.type: \"webcam\" is unknown; known types: fake"));
}

TEST(Vio, KeysWithoutCounterpartAreTold) {
  const auto result = imported({camera_with(R"(, "zoom": 2)")}, Origin::vio);
  EXPECT_THAT(notes_text(result.notes),
              HasSubstr("left out: line.json: cameras.c.zoom: has no counterpart"));
}

TEST(Vio, VariablesInTextsMeanThemselves) {
  const Input station{"s.json", R"({"cameras": {"c": {"type": "fake", "source": "${HOME}"}}})"};
  EXPECT_THAT(imported({station}, Origin::vio).yaml, HasSubstr("\"data/$${HOME}\""));
}

}  // namespace
}  // namespace sluice::import
