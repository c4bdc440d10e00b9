// Whole files against what they become: tests/fixtures/import/*.expected.yaml and *.notes.txt.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/import/import_helpers.hpp"

namespace sluice::import {
namespace {

struct GoldenCase {
  const char* name;
  std::vector<std::string> files;
  Origin origin;
};

class Golden : public testing::TestWithParam<GoldenCase> {};

TEST_P(Golden, IsAsExpected) {
  const auto& [name, files, origin] = GetParam();
  const auto inputs = fixtures(files);
  const auto guessed = guess_origin(inputs);
  ASSERT_TRUE(guessed) << guessed.error().message;
  EXPECT_EQ(*guessed, origin);
  const auto result = imported(inputs, origin);
  EXPECT_EQ(result.yaml, fixture(std::string(name) + ".expected.yaml").text);
  EXPECT_EQ(notes_text(result.notes), fixture(std::string(name) + ".notes.txt").text);
}

INSTANTIATE_TEST_SUITE_P(
    Files, Golden,
    testing::Values(GoldenCase{"vio-graph", {"inventory.json", "front.json"}, Origin::vio},
                    GoldenCase{"vio-steps", {"steps.json"}, Origin::vio},
                    GoldenCase{"gateway", {"models.yaml", "pipelines.yaml"}, Origin::gateway}),
    [](const auto& one) {
      std::string name = one.param.name;
      std::erase(name, '-');
      return name;
    });

TEST(GoldenFiles, LabelsOfAnInventoryBecomeAFile) {
  const auto result = imported(fixtures({"inventory.json", "front.json"}), Origin::vio);
  EXPECT_EQ(result.files, (std::vector<File>{{"labels/marker_quality_control.txt", "OK\nKO\n"}}));
}

TEST(GoldenFiles, SecretsStayOut) {
  const auto result = imported(fixtures({"models.yaml", "pipelines.yaml"}), Origin::gateway);
  EXPECT_THAT(result.yaml + notes_text(result.notes), testing::Not(testing::HasSubstr("hunter2")));
}

}  // namespace
}  // namespace sluice::import
