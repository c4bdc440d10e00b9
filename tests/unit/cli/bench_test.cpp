#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using testing::HasSubstr;

TEST(Bench, GridPrintsEveryCellAndTheWorst) {
  const std::vector<std::string> grid{"bench", "grid", "--requests", "100", "--seeds", "1"};
  auto as_json = grid;
  as_json.emplace_back("--json");
  const auto json = run_sluice(as_json);
  ASSERT_EQ(json.code, ExitCode::ok) << json.err;
  const auto result = boost::json::parse(json.out);
  const auto& cells = result.at("cells").as_array();
  EXPECT_EQ(cells.size(), 32u);

  const auto text = run_sluice(grid);
  ASSERT_EQ(text.code, ExitCode::ok) << text.err;
  const auto policies = cells.front().at("policies").as_array().size();
  // Two tables, each with a head and a rule, and an empty line between them.
  EXPECT_EQ(std::count(text.out.begin(), text.out.end(), '\n'),
            static_cast<std::ptrdiff_t>(32 * policies + policies + 5));
  EXPECT_THAT(text.out, HasSubstr("worst of all cells"));
}

TEST(Bench, SpikeAndSuitePrintTheirPolicies) {
  const auto spike = run_sluice({"bench", "spike"});
  EXPECT_EQ(spike.code, ExitCode::ok) << spike.err;
  EXPECT_THAT(spike.out, testing::AllOf(HasSubstr("camera"), HasSubstr("poisson"),
                                        HasSubstr("slack"), HasSubstr("fifo")));
  const auto suite = run_sluice({"bench", "suite", "--json"});
  EXPECT_EQ(suite.code, ExitCode::ok) << suite.err;
  EXPECT_FALSE(boost::json::parse(suite.out).as_object().empty());
}

TEST(Bench, LoadTakesKeysOfThePlanBesideItsOwnOptions) {
  const auto ran = run_sluice({"bench", "load", "http://127.0.0.1:1", "--rate", "1/s", "--duration",
                               "1s", "--warm-up", "2s", "--set", "model=m"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, testing::AllOf(HasSubstr("`warm_up` must be shorter"),
                                      testing::Not(HasSubstr("needs"))));
}

}  // namespace
}  // namespace sluice::cli
