// From files of other programs to a configuration that loads.
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string other(const std::string& name) {
  return std::string(SLUICE_SOURCE_DIR) + "/tests/fixtures/import/" + name;
}

/// Loads as it would where every variable of the environment is set.
config::Loaded load_imported(const std::string& yaml) {
  auto loaded = config::load_text(
      yaml, "imported.yaml",
      {.settings = {}, .environment = [](const std::string&) { return std::string("x"); }});
  for (const auto& problem : loaded.problems)
    ADD_FAILURE() << problem.path << ": " << problem.message;
  return loaded;
}

TEST(Import, GraphStationsOfVioLoad) {
  const auto ran = run_sluice({"import", other("front.json"), other("inventory.json")});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto loaded = load_imported(ran.out);
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->stations.size(), 1U);
  const auto& station = loaded.config->stations[0];
  EXPECT_EQ(station.name, "front");
  ASSERT_EQ(station.cameras.size(), 2U);
  ASSERT_EQ(station.cameras[0].steps.size(), 2U);
  const auto& reader = station.cameras[0].steps[1].options;
  EXPECT_THAT(reader.depends_on, testing::ElementsAre("finder"));
  ASSERT_TRUE(reader.crop);
  EXPECT_THAT(reader.crop->classes, testing::ElementsAre("person", "car"));
  EXPECT_TRUE(station.rule);
  EXPECT_THAT(ran.err, HasSubstr("changed: "));
  EXPECT_THAT(ran.err, HasSubstr("labels/marker_quality_control.txt: not written"));
}

TEST(Import, StepStationsOfVioLoad) {
  const auto ran = run_sluice({"import", other("steps.json")});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto loaded = load_imported(ran.out);
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->stations.size(), 1U);
  EXPECT_EQ(loaded.config->stations[0].cameras[0].rules.rules.size(), 2U);
}

TEST(Import, AStationAndItsCopyTakeTurns) {
  const Folder folder;
  const auto copy = folder.write("back.json", read_file(other("front.json")));
  const auto ran = run_sluice({"import", other("front.json"), copy, other("inventory.json")});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto loaded = load_imported(ran.out);
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->stations.size(), 2U);
  for (const auto& station : loaded.config->stations) {
    EXPECT_EQ(station.run, station::Run::when_active);
  }
}

TEST(Import, GatewayFilesLoad) {
  const auto ran = run_sluice({"import", other("models.yaml"), other("pipelines.yaml")});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto loaded = load_imported(ran.out);
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->models.size(), 3U);
  ASSERT_EQ(loaded.config->stations.size(), 2U);
  EXPECT_EQ(loaded.config->stations[1].mode, station::Mode::stream);
  EXPECT_EQ(loaded.config->stations[1].latency_budget, std::chrono::milliseconds(250));
  EXPECT_EQ(loaded.config->serve.options.tcp.port, 8008);
}

TEST(Import, WritesTheConfigurationAndItsFiles) {
  const Folder folder;
  const std::vector<std::string> command{"import", other("front.json"), other("inventory.json"),
                                         "-o", folder.path("line.yaml")};
  const auto ran = run_sluice(command);
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_EQ(read_file(folder.path("line.yaml")), read_file(other("vio-graph.expected.yaml")));
  EXPECT_EQ(read_file(folder.path("labels/marker_quality_control.txt")), "OK\nKO\n");

  const auto again = run_sluice(command);
  EXPECT_EQ(again.code, ExitCode::usage);
  EXPECT_THAT(again.err, HasSubstr("line.yaml: exists"));
  auto forced = command;
  forced.emplace_back("--force");
  EXPECT_EQ(run_sluice(forced).code, ExitCode::ok);
}

TEST(Import, Json) {
  const auto ran = run_sluice({"import", other("models.yaml"), "--json"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.err, IsEmpty());
  const auto result = boost::json::parse(ran.out);
  EXPECT_EQ(result.at("from"), "gateway");
  EXPECT_EQ(result.at("notes").at(0).at("kind"), "changed");
  EXPECT_THAT(std::string(result.at("yaml").as_string()), HasSubstr("models:"));
}

TEST(Import, QuietSaysNoNotes) {
  const auto ran = run_sluice({"-q", "import", other("models.yaml")});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_THAT(ran.err, IsEmpty());
  EXPECT_THAT(ran.out, Not(IsEmpty()));
}

TEST(Import, WhatIsWrong) {
  const Folder folder;
  const auto wrong = folder.write(
      "wrong.json", R"({"cameras": {"a": {"type": "webcam"}, "b": {"type": "radar"}}})");
  const auto ran = run_sluice({"import", wrong});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_THAT(ran.err, HasSubstr("sluice: " + wrong + ": cameras.a.type: \"webcam\" is unknown"));
  EXPECT_THAT(ran.err, HasSubstr("sluice: " + wrong + ": cameras.b.type: \"radar\" is unknown"));

  EXPECT_THAT(run_sluice({"import", folder.path("none.json")}).err, HasSubstr("cannot be read"));
  EXPECT_THAT(run_sluice({"import", other("front.json"), other("models.yaml")}).err,
              HasSubstr("is of another program"));
  EXPECT_THAT(run_sluice({"import", other("front.json"), "--from", "gateway"}).err,
              HasSubstr("is neither a models.yaml"));
  EXPECT_EQ(run_sluice({"import", wrong, "--from", "vino"}).code, ExitCode::usage);
}

}  // namespace
}  // namespace sluice::cli
