// `sluice compare` on the known scenario: the numbers are exact.
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class Overload : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto ran = run_sluice({"compare", example("overload.yaml"), "--json"});
    ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
    result_ = new json::value(json::parse(ran.out));
  }
  static void TearDownTestSuite() {
    delete result_;
    result_ = nullptr;
  }
  static const json::object& policy(const std::string& name) {
    for (const auto& one : result_->at("policies").as_array()) {
      if (one.at("policy") == json::value(name)) return one.as_object();
    }
    throw std::out_of_range(name);
  }
  static const json::object& task(const std::string& policy_name, const std::string& name) {
    return policy(policy_name).at("tasks").at(name).as_object();
  }
  static double number(const json::value& value) { return value.to_number<double>(); }

  static json::value* result_;
};
json::value* Overload::result_ = nullptr;

TEST_F(Overload, OffersTheSameToAll) {
  EXPECT_EQ(result_->at("workload"), "overload");
  for (const auto& one : result_->at("policies").as_array()) {
    for (const auto* name : {"detector", "classifier"}) {
      const auto& counts = one.at("tasks").at(name).as_object();
      EXPECT_EQ(counts.at("offered"), 20);
      double ends = number(counts.at("on_time")) + number(counts.at("late"));
      for (const auto& reason : counts.at("dropped").as_object()) ends += number(reason.value());
      EXPECT_EQ(ends, 20) << one.at("policy") << name;
    }
  }
}

TEST_F(Overload, FifoWithoutExpiryIsLate) {
  EXPECT_DOUBLE_EQ(number(task("fifo", "detector").at("latency_ms").at("p95")), 782.0);
  EXPECT_DOUBLE_EQ(number(task("fifo", "classifier").at("latency_ms").at("p95")), 827.0);
}

TEST_F(Overload, PriorityServesTheDetector) {
  EXPECT_DOUBLE_EQ(number(task("priority", "detector").at("latency_ms").at("p95")), 49.0);
}

TEST_F(Overload, SlackReachesTheOptimum) {
  EXPECT_EQ(task("slack", "detector").at("on_time"), 20);
  EXPECT_EQ(task("slack", "classifier").at("on_time"), 6);
}

TEST_F(Overload, StrictProtectionKeepsTheSlotFree) {
  EXPECT_EQ(task("slack-strict", "detector").at("on_time"), 20);
  EXPECT_DOUBLE_EQ(number(task("slack-strict", "detector").at("latency_ms").at("p95")), 8.0);
}

TEST_F(Overload, NobodyBeatsTheBound) {
  for (const auto& one : result_->at("policies").as_array()) {
    EXPECT_LE(number(one.at("goodput")), number(one.at("bound")) * (1 + 1e-9)) << one.at("policy");
    EXPECT_LE(number(one.at("goodput")), number(policy("slack").at("goodput")) * (1 + 1e-9))
        << one.at("policy");
  }
}

TEST(Compare, PrintsTables) {
  const auto ran = run_sluice({"compare", example("overload.yaml")});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_THAT(ran.out, HasSubstr("overload: 40 requests, 1 slot, 1 seed"));
  EXPECT_THAT(ran.out, HasSubstr("slack-strict"));
  EXPECT_THAT(ran.out, HasSubstr("% of bound"));
  EXPECT_THAT(ran.out, testing::Not(HasSubstr("\x1b")));
}

TEST(Compare, WritesAPage) {
  const Folder folder;
  const auto page = folder.path("out/overload.html");
  EXPECT_EQ(run_sluice({"compare", example("overload.yaml"), "--html", page}).code, ExitCode::ok);
  EXPECT_EQ(read_file(page).substr(0, 15), "<!DOCTYPE html>");
  const auto again = run_sluice({"compare", example("overload.yaml"), "--html", page});
  EXPECT_EQ(again.code, ExitCode::usage);
  EXPECT_EQ(again.err,
            "sluice: " + page + ": exists; give another name, or --force to replace it\n");
  EXPECT_EQ(run_sluice({"compare", example("overload.yaml"), "--html", page, "--force"}).code,
            ExitCode::ok);
}

TEST(Compare, TakesSettings) {
  const auto ran =
      run_sluice({"compare", example("overload.yaml"), "--json", "--set",
                  "tasks[detector].source.count=5", "--set", "compare.policies=[{policy: edf}]"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto result = json::parse(ran.out);
  ASSERT_EQ(result.at("policies").as_array().size(), 1u);
  EXPECT_EQ(result.at("policies").at(0).at("tasks").at("detector").at("offered"), 5);
}

TEST(Compare, NeedsToKnowWhatAModelCosts) {
  const Folder folder;
  const auto file =
      folder.write("run.yaml",
                   "models: [{ name: net, path: net.onnx }]\n"
                   "tasks: [{ name: t, model: net, source: { rate: 1/s, count: 1 } }]\n");
  const auto ran = run_sluice({"compare", file});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, testing::StartsWith("sluice: " + file +
                                           ": models[0]: a simulation needs to know what \"net\" "
                                           "costs"));
}

}  // namespace
}  // namespace sluice::cli
