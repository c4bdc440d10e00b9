// Each kind of mistake in a station: its place, its path and what a user reads.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/config/config_helpers.hpp"

namespace sluice::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// Behind kModels and kTasks: the first line is line 7 of the file.
constexpr const char* kStation = R"(stations:
  - name: line
    cameras:
      - name: front
        source: { type: pattern }
        steps: [{ name: find, model: detector }]
        rules: [{ type: min_nb_objects, min: 1 }]
)";
constexpr int kStationLine = 8;
constexpr int kSourceLine = 11;
constexpr int kStepsLine = 12;
constexpr int kRulesLine = 13;
constexpr int kNextLine = 14;  ///< the first behind it

/// The station with the value of one of its keys replaced.
std::string replaced(const std::string& from, const std::string& to) {
  std::string text = kStation;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return with(text.replace(at, from.size(), to));
}
std::string with_rule(const std::string& rule) {
  return replaced("{ type: min_nb_objects, min: 1 }", rule);
}
std::string with_steps(const std::string& steps) {
  return replaced("[{ name: find, model: detector }]", steps);
}
/// The station with more keys.
std::string and_keys(const std::string& keys) {
  return with(std::string(kStation) + keys);
}

/// The file has this one problem.
void expect_problem(const std::string& text, int line, const std::string& path,
                    const std::string& message) {
  const auto problems = load(text).problems;
  ASSERT_THAT(problems, SizeIs(1)) << to_error(problems).message;
  EXPECT_EQ(problems[0].place.line, line);
  EXPECT_EQ(problems[0].path, path);
  EXPECT_THAT(problems[0].message, HasSubstr(message));
}

const std::string kCamera = "stations[0].cameras[0]";

TEST(StationProblems, ThereAreNoneToBeginWith) {
  EXPECT_TRUE(load(with(kStation)).config) << to_error(load(with(kStation)).problems).message;
}

TEST(StationProblems, Kinds) {
  expect_problem(replaced("type: pattern", "type: patern"), kSourceLine, kCamera + ".source.type",
                 "there is no type \"patern\"; did you mean \"pattern\"?");
  expect_problem(replaced("type: pattern", "width: 64"), kSourceLine, kCamera + ".source",
                 "the key \"type\" is missing: one of images, video, device");
  expect_problem(replaced("type: pattern", "type: pattern, url: x"), kSourceLine,
                 kCamera + ".source.url", "unknown key");
  expect_problem(replaced("type: pattern", "type: stream"), kSourceLine, kCamera + ".source",
                 "the key \"url\" is missing");
  expect_problem(with_rule("{ type: max_objects }"), kRulesLine, kCamera + ".rules[0].type",
                 "there is no type \"max_objects\"");
  expect_problem(and_keys("    actions: [{ type: email }]\n"), kNextLine,
                 "stations[0].actions[0].type", "there is no type \"email\"");
  expect_problem(and_keys("    records: { type: sqlit, path: r.db }\n"), kNextLine,
                 "stations[0].records.type", "did you mean \"sqlite\"?");
}

TEST(StationProblems, Sources) {
  expect_problem(replaced("type: pattern", "type: ble, characteristic: \"2a37\""), kSourceLine,
                 kCamera + ".source", "which device? give `address` or a part of its `name`");
  const auto source = [](const std::string& text, const std::string& key,
                         const std::string& message) {
    expect_problem(replaced("type: pattern", text), kSourceLine, kCamera + key, message);
  };
  source("type: stream, url: \"ftp://camera/1\"", ".source", "rtsp://");
  source("type: stream, url: \"rtsp:///1\"", ".source", "and a host");
  source("type: gstreamer, pipeline: videotestsrc", ".source", "it has no appsink");
  source("type: mqtt, broker: \"http://b\", topic: t", ".source.broker", "mqtt://");
  source("type: mqtt, broker: \"mqtt://u:pw@b\", topic: \"a/#/b\"", ".source", "topic: ");
  source("type: ble, address: \"zz\", characteristic: \"2a37\"", ".source",
         "'zz' is not like AA:BB:CC:DD:EE:FF");
  source("type: ble, name: heart, characteristic: hello", ".source", "'hello' is no UUID");
}

TEST(StationProblems, Names) {
  expect_problem(replaced("  - name: line\n    cameras", "  - cameras"), kStationLine,
                 "stations[0]", "the key \"name\" is missing");
  const std::string camera = "      - { name: front, source: { type: push } }\n";
  expect_problem(and_keys(camera), kNextLine, "stations[0].cameras[1].name",
                 "the name \"front\" is taken; names must be unique");
  expect_problem(with_steps("[{ name: find, model: detector }, { name: find, model: classifier }]"),
                 kStepsLine, kCamera + ".steps", "the name 'find' is taken by steps[0]");
  expect_problem(with_rule("{ type: min_nb_objects }, { type: min_nb_objects }"), kRulesLine,
                 kCamera + ".rules", "two rules are named 'min_nb_objects'");
  const std::string second = "  - { name: line, cameras: [{ name: c, source: { type: push } }] }\n";
  expect_problem(and_keys(second), kStationLine, "stations",
                 "two stations are called \"line\"; names must be unique");
}

// Images are kept under these names.
TEST(StationProblems, NamesThatLeadOut) {
  expect_problem(replaced("name: line", "name: .."), kStationLine, "stations[0].name",
                 "a part of it begins with '.'");
  expect_problem(replaced("name: front", "name: .front"), kSourceLine - 1, kCamera + ".name",
                 "a part of it begins with '.'");
}

TEST(StationProblems, Retention) {
  expect_problem(and_keys("    retention: { age: 2h, ko_age: 1h }\n"), kNextLine,
                 "stations[0].retention.ko_age", "must be no shorter than `age`");
}

TEST(StationProblems, Steps) {
  expect_problem(with_steps("[{ name: find, model: detektor }]"), kStepsLine,
                 kCamera + ".steps[0].model",
                 "there is no model \"detektor\"; did you mean \"detector\"?");
  expect_problem(with_steps("[{ name: a, model: detector, depends_on: [b] }, "
                            "{ name: b, model: detector, depends_on: [a] }]"),
                 kStepsLine, kCamera + ".steps", "depend on each other in a circle");
  expect_problem(with_steps("[{ name: a, model: detector, depends_on: [c] }]"), kStepsLine,
                 kCamera + ".steps", "there is no step 'c'");
  expect_problem(with_steps("[{ name: a, model: detector }, { name: b, model: detector, "
                            "depends_on: [a], full_image: true, crop: {} }]"),
                 kStepsLine, kCamera + ".steps[1]", "`crop` has no effect with `full_image: true`");
}

TEST(StationProblems, Rules) {
  const auto rule = kCamera + ".rules[0]";
  expect_problem(with_rule("{ type: min_nb_objects, step: fund }"), kRulesLine, kCamera + ".rules",
                 "unknown step 'fund'; did you mean \"find\"?");
  expect_problem(with_rule("{ type: text_match, pattern: \"LOT [\" }"), kRulesLine,
                 rule + ".pattern", "'LOT [' is not a regular expression of RE2: ");
  expect_problem(with_rule("{ type: date_not_past, formats: [\"%d.%m.%Y\", \"%d.%Q\"] }"),
                 kRulesLine, rule + ".formats[1]", "after % comes one of d, m, b, Y, y, %");
  expect_problem(with_rule("{ type: zone_count, polygon: [[0, 0], [1, 1]], min: 1 }"), kRulesLine,
                 rule + ".polygon", "needs at least 3 items, has 2");
  expect_problem(with_rule("{ type: zone_count, polygon: [[0, 0], [9, 0], [9]], min: 1 }"),
                 kRulesLine, rule + ".polygon[2]", "needs exactly 2 items, has 1");
  expect_problem(with_rule("{ type: zone_count, polygon: [[0, 0], [1, 1], [2, 2]], min: 1 }"),
                 kRulesLine, kCamera + ".rules", "polygon has no area");
  expect_problem(with_rule("{ type: min_nb_objects, when_empty: KAO }"), kRulesLine,
                 rule + ".when_empty", "unknown value \"KAO\"; did you mean \"KO\"?");
}

TEST(StationProblems, RulesThatCannotHold) {
  expect_problem(with_steps("[]"), kRulesLine, kCamera + ".rules", "there is nothing to judge");
  expect_problem(with_rule("{ type: line_crossing, from: [0, 0], to: [9, 9] }"), kRulesLine,
                 kCamera + ".rules[0]", "it needs `mode: stream`");
}

TEST(StationProblems, LabelsThatNoModelGives) {
  const std::string labels = testing::TempDir() + "sluice-animals.txt";
  std::ofstream(labels) << "cat\ndog\n";
  const auto text = [&labels](const std::string& steps, const std::string& rule) {
    std::string file = with(kStation);
    const std::string model = "{ name: detector, synthetic: { service: 8ms } }";
    file.replace(file.find(model), model.size(),
                 "{ name: detector, synthetic: { service: 8ms }, postprocess: { type: "
                 "classification, labels: \"" +
                     labels + "\" } }");
    const std::string old_steps = "[{ name: find, model: detector }]";
    file.replace(file.find(old_steps), old_steps.size(), steps);
    const std::string old_rule = "{ type: min_nb_objects, min: 1 }";
    return file.replace(file.find(old_rule), old_rule.size(), rule);
  };
  const std::string find = "{ name: find, model: detector }";
  const std::string rule = "{ type: min_nb_objects, min: 1 }";
  EXPECT_TRUE(load(text("[" + find + "]", rule)).config);
  expect_problem(text("[" + find + "]", "{ type: unexpected_label, labels: [zebra] }"), kRulesLine,
                 kCamera + ".rules", "zebra");
  expect_problem(text("[" + find + ", { name: crops, model: classifier, depends_on: [find], " +
                          "crop: { classes: [zebra] } }]",
                      rule),
                 kStepsLine, kCamera + ".steps[1].crop.classes", "find cannot find \"zebra\"");
  expect_problem(text("[" + find + ", { name: more, model: classifier, depends_on: [find], " +
                          "full_image: true, when: [{ step: find, label: zebra }] }]",
                      rule),
                 kStepsLine, kCamera + ".steps[1].when", "find cannot find \"zebra\"");
}

TEST(StationProblems, RuleOfTheItem) {
  expect_problem(and_keys("    rule: { type: per_camera, expected: { frnt: OK } }\n"), kNextLine,
                 "stations[0].rule", "frnt");
  expect_problem(and_keys("    rule: { type: most }\n"), kNextLine, "stations[0].rule.type",
                 "there is no type \"most\"");
}

TEST(StationProblems, KeysOfTheOtherMode) {
  expect_problem(and_keys("    mode: stream\n    triggers: [{ type: timer, every: 1s }]\n"),
                 kNextLine + 1, "stations[0]", "`triggers` has no effect without `mode: item`");
  expect_problem(and_keys("    mode: stream\n    rule: { type: all }\n"), kNextLine + 1,
                 "stations[0]", "`rule` has no effect without `mode: item`");
  expect_problem(and_keys("    event: { frames: 2 }\n"), kNextLine, "stations[0]",
                 "`event` has no effect without `mode: stream`");
}

TEST(StationProblems, Events) {
  expect_problem(and_keys("    mode: stream\n    event: { frames: 5, window: 3 }\n"), kNextLine + 1,
                 "stations[0].event", "frames");
}

TEST(StationProblems, Triggers) {
  expect_problem(and_keys("    triggers: [{ type: station, station: other }]\n"), kStationLine,
                 "stations", "station line waits for a station \"other\", which there is not");
  expect_problem(and_keys("    triggers: [{ type: timer }]\n"), kNextLine,
                 "stations[0].triggers[0]", "the key \"every\" is missing");
  expect_problem(and_keys("    triggers: [{ type: station, station: line }]\n"), kNextLine,
                 "stations[0].triggers[0].station", "a station that triggers itself");
  expect_problem(and_keys("    triggers: [{ type: mqtt, broker: \"mqtt://h:99999\", topic: t }]\n"),
                 kNextLine, "stations[0].triggers[0].broker", "the port must be 1 to 65535");
  expect_problem(and_keys("    triggers: [{ type: mqtt, broker: \"mqtt://h\", topic: a+b }]\n"),
                 kNextLine, "stations[0].triggers[0].topic", "a+b");
}

TEST(StationProblems, Actions) {
  expect_problem(and_keys("    actions: [{ type: log, on: [OKAY] }]\n"), kNextLine,
                 "stations[0].actions[0]", "unknown event 'OKAY'");
  expect_problem(and_keys("    actions: [{ type: log, rate_limit: often }]\n"), kNextLine,
                 "stations[0].actions[0].rate_limit", "often");
  expect_problem(and_keys("    actions: [{ type: log, message: \"{\" }]\n"), kNextLine,
                 "stations[0].actions[0]", "{");
  expect_problem(and_keys("    actions: [{ type: log }, { type: log }]\n"), kNextLine,
                 "stations[0].actions[1]", "another action is called \"log\"");
  expect_problem(and_keys("    actions: [{ type: mqtt, broker: h, topic: t }]\n"), kNextLine,
                 "stations[0].actions[0].broker", "mqtt://");
}

TEST(StationProblems, ArePrintedWithTheirPlace) {
  EXPECT_THAT(problems_of(replaced("type: pattern", "type: patern")),
              ElementsAre("run.yaml:11:25: stations[0].cameras[0].source.type: there is no type "
                          "\"patern\"; did you mean \"pattern\"?"));
}

TEST(StationProblems, NameNoSecrets) {
  const auto text = and_keys("    actions: [{ type: webhook, url: \"ftp://me:${WORD}@host\" }]\n");
  const auto lines = problems_of(text, {{"WORD", "swordfish"}});
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], testing::Not(HasSubstr("swordfish")));
}

}  // namespace
}  // namespace sluice::config
