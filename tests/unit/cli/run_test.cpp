// `sluice run` with synthetic models, from the file to the report, and the commands that read its
// journal. Counts are exact; times are not looked at.
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// One task whose 20 frames all fit easily.
constexpr const char* kEasy = R"(
models: [{ name: net, synthetic: { service: 100us } }]
tasks:
  - { name: t, model: net, latency_budget: 10s, queue: { capacity: 20 },
      source: { rate: 1000/s, count: 20 } }
monitor: { interval: none }
)";

/// A burst that is offered at once to a queue of two.
constexpr const char* kBurst = R"(
models: [{ name: net, synthetic: { service: 5ms } }]
tasks:
  - { name: burst, model: net, latency_budget: 20s, queue: { capacity: 2 },
      source: { rate: 1000000/s, count: 50 } }
scheduler: { slots: 1, shedding: none }
monitor: { interval: none }
)";

std::uint64_t number(const json::value& value) {
  return value.to_number<std::uint64_t>();
}

TEST(Run, ReportsEveryFrame) {
  const Folder folder;
  const auto ran = run_sluice({"run", folder.write("run.yaml", kEasy), "--json", "-q"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto report = json::parse(ran.out);
  EXPECT_EQ(report.at("schema"), "sluice-report-v1");
  EXPECT_EQ(number(report.at("total").at("offered")), 20u);
  EXPECT_EQ(number(report.at("total").at("on_time")), 20u);
}

TEST(Run, PrintsTablesWithoutColourIntoAPipe) {
  const Folder folder;
  const auto ran = run_sluice({"run", folder.write("run.yaml", kEasy), "-q"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("on time"));
  EXPECT_THAT(ran.out + ran.err, testing::Not(HasSubstr("\x1b")));
}

TEST(Run, WritesJournalAndReports) {
  const Folder folder;
  const auto file =
      folder.write("run.yaml", std::string(kEasy) +
                                   "journal: { path: out/run.ndjson }\n"
                                   "report: { json: out/r.json, html: out/r.html }\n");
  ASSERT_EQ(run_sluice({"run", file, "-q"}).code, ExitCode::ok);
  EXPECT_THAT(read_file(folder.path("out/run.ndjson")), HasSubstr("\"ev\":\"header\""));
  EXPECT_EQ(number(json::parse(read_file(folder.path("out/r.json"))).at("total").at("offered")),
            20u);
  EXPECT_EQ(read_file(folder.path("out/r.html")).substr(0, 15), "<!DOCTYPE html>");

  const auto again = run_sluice({"run", file, "-q"});
  EXPECT_EQ(again.code, ExitCode::usage) << "nothing is overwritten unasked";
  EXPECT_THAT(again.err, HasSubstr("out/run.ndjson: exists"));
  EXPECT_EQ(run_sluice({"run", file, "-q", "--force"}).code, ExitCode::ok);
}

TEST(Run, OptionsGoOverTheFile) {
  const Folder folder;
  const auto file = folder.write("run.yaml", std::string(kEasy) + "journal: { path: a.ndjson }\n");
  const auto journal = folder.path("b.ndjson");
  const auto ran = run_sluice({"run", file, "-q", "--json", "--frames", "7", "--policy", "edf",
                               "--journal", journal, "--set", "node.name=x"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto report = json::parse(ran.out);
  EXPECT_EQ(number(report.at("total").at("offered")), 7u);
  EXPECT_THAT(read_file(journal), testing::AllOf(HasSubstr("\"edf\""), HasSubstr("\"x\"")));
  EXPECT_THAT(read_file(folder.path("a.ndjson")), IsEmpty());
}

TEST(Run, DurationEndsEndlessSources) {
  const Folder folder;
  const auto ran = run_sluice({"run", folder.write("run.yaml", kEasy), "-q", "--json", "--set",
                               "tasks[t].source.count=0", "--duration", "20ms"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  // One frame per millisecond, the one at 20 ms not included.
  EXPECT_EQ(number(json::parse(ran.out).at("total").at("offered")), 20u);
}

/// The journal of a run with drops, read by the other commands.
class Journal : public testing::Test {
 protected:
  void SetUp() override {
    const auto ran =
        run_sluice({"run", folder_.write("run.yaml", kBurst), "-q", "--journal", journal_});
    ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  }
  Folder folder_;
  const std::string journal_ = folder_.path("run.ndjson");
};

TEST_F(Journal, Report) {
  const auto ran = run_sluice({"report", journal_, "--json", "--html", folder_.path("r.html")});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto total = json::parse(ran.out).at("total").as_object();
  EXPECT_EQ(number(total.at("offered")), 50u);
  EXPECT_GE(number(total.at("dropped").at("queue_full_oldest")), 1u);
  EXPECT_EQ(read_file(folder_.path("r.html")).substr(0, 15), "<!DOCTYPE html>");
  EXPECT_THAT(run_sluice({"report", journal_}).out, HasSubstr("queue_full_oldest"));
}

TEST_F(Journal, SeveralJournalsSideBySide) {
  const auto html = folder_.path("both.html");
  const auto ran = run_sluice({"report", journal_, journal_, "--json", "--html", html});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(json::parse(ran.out).as_array().size(), 2u);
  EXPECT_THAT(read_file(html), HasSubstr("Runs side by side"));
}

TEST_F(Journal, Explain) {
  const auto ran = run_sluice({"explain", journal_, "first-drop"});
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("burst"));
  const auto as_json = run_sluice({"explain", journal_, "burst#1", "--json"});
  ASSERT_EQ(as_json.code, ExitCode::ok) << as_json.err;
  EXPECT_EQ(json::parse(as_json.out).at("task"), "burst");
  EXPECT_EQ(run_sluice({"explain", journal_, "12345"}).code, ExitCode::usage);
}

TEST_F(Journal, Replay) {
  const auto ran =
      run_sluice({"replay", journal_, "--set", "tasks[burst].queue.capacity=100", "--json"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto result = json::parse(ran.out);
  EXPECT_GE(number(result.at("recorded").at("total").at("dropped").at("queue_full_oldest")), 1u);
  EXPECT_EQ(number(result.at("replayed").at("total").at("on_time")), 50u)
      << "with room for all and time enough, all are on time";
  const auto text = run_sluice({"replay", journal_, "--policy", "edf"});
  EXPECT_EQ(text.code, ExitCode::ok) << text.err;
  EXPECT_THAT(text.out, testing::AllOf(HasSubstr("recorded: slack"), HasSubstr("replayed: edf")));
  EXPECT_EQ(run_sluice({"replay", journal_, "--check"}).code, ExitCode::ok);
  EXPECT_EQ(run_sluice({"replay", journal_, "--set", "polcy=edf"}).code, ExitCode::usage);
}

TEST(Run, MissingJournals) {
  for (const auto* command : {"report", "replay"}) {
    const auto ran = run_sluice({command, "nowhere.ndjson"});
    EXPECT_NE(ran.code, ExitCode::ok);
    EXPECT_THAT(ran.err, StartsWith("sluice: nowhere.ndjson"));
  }
}

TEST(Run, NothingStartsWithABadConfiguration) {
  const Folder folder;
  const auto ran = run_sluice(
      {"run", folder.write("run.yaml", "models: 3\n"), "--journal", folder.path("j.ndjson")});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(folder.path("j.ndjson")));
}

TEST(Run, ATaskWithoutASourceIsNothingToRun) {
  const Folder folder;
  const auto ran = run_sluice({"run",
                               folder.write("run.yaml",
                                            "models: [{ name: n, synthetic: { service: 1ms } }]\n"
                                            "tasks: [{ name: t, model: n }]\n"),
                               "-q"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("tasks: none has a source"));
}

TEST(Run, AFileThatIsNoModel) {
  const Folder folder;
  folder.write("net.onnx", "this is no network");
  const auto file =
      folder.write("run.yaml",
                   "models: [{ name: net, path: net.onnx }]\n"
                   "tasks: [{ name: t, model: net, source: { rate: 1/s, count: 1 } }]\n");
  const auto ran = run_sluice({"run", file, "-q"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, testing::AllOf(StartsWith("sluice: " + file), HasSubstr("net.onnx")));
}

TEST(Run, UnreadableAndEmptySources) {
  const Folder folder;
  folder.write("frames/a.png", "this is no image");
  const auto file = folder.write("run.yaml", R"(
models: [{ name: net, synthetic: { service: 1ms }, preprocess: { width: 8, height: 8 } }]
tasks: [{ name: t, model: net, source: { type: images, path: frames, rate: 1/s, count: 1 } }]
)");
  const auto ran = run_sluice({"run", file, "-q"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("tasks[0].source (t): "));
}

TEST(Run, AFailingModelFailsItsRequestsOnly) {
  const Folder folder;
  const auto file = folder.write("run.yaml", R"(
models:
  - { name: bad, warmup: 0, synthetic: { service: 100us, failure_rate: 100% } }
  - { name: good, synthetic: { service: 100us } }
tasks:
  - { name: a, model: bad, latency_budget: 10s, source: { rate: 1000/s, count: 10 } }
  - { name: b, model: good, latency_budget: 10s, source: { rate: 1000/s, count: 10 } }
monitor: { interval: none }
)");
  const auto ran = run_sluice({"run", file, "-q", "--json"});
  ASSERT_EQ(ran.code, ExitCode::ok) << ran.err;
  const auto report = json::parse(ran.out);
  EXPECT_EQ(number(report.at("total").at("offered")), 20u);
  EXPECT_EQ(number(report.at("total").at("on_time")), 10u);
}

TEST(Run, NothingCompletedIsAFailure) {
  const Folder folder;
  const auto file = folder.write("run.yaml", R"(
models: [{ name: bad, warmup: 0, synthetic: { service: 100us, failure_rate: 100% } }]
tasks: [{ name: a, model: bad, latency_budget: 10s, source: { rate: 1000/s, count: 10 } }]
monitor: { interval: none }
)");
  const auto ran = run_sluice({"run", file, "-q"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_THAT(ran.err, HasSubstr("no request was completed"));
  EXPECT_THAT(ran.out, HasSubstr("failed")) << "the report is still there";
}

TEST(Run, AJournalThatCannotBeWritten) {
  const Folder folder;
  const auto ran =
      run_sluice({"run", folder.write("run.yaml", kEasy), "-q", "--journal", "/dev/full"});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.err, HasSubstr("/dev/full"));
}

TEST(Run, AReportThatCannotBeWritten) {
  const Folder folder;
  const auto ran =
      run_sluice({"run", folder.write("run.yaml", kEasy), "-q", "--report-json", "/dev/full"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_THAT(ran.err, HasSubstr("/dev/full: could not be written: No space left on device"));
  EXPECT_THAT(ran.out, HasSubstr("on time"));
}

}  // namespace
}  // namespace sluice::cli
