#include "telemetry/report.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "telemetry/compare_html.hpp"
#include "telemetry/journal_format.hpp"
#include "telemetry/replay.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kMs;
using ::testing::Not;
using testing::overload;
using testing::record;

Report report_of(const JournalContent& content) {
  ReportBuilder builder(content.info.header);
  for (const schedule::Event& event : content.events) {
    builder.on_event(event);
  }
  return builder.report();
}

Report overload_report() {
  return report_of(record(overload(), overload().scheduler));
}

TEST(Report, CountsWhatTheSchedulerCounted) {
  const Report report = overload_report();
  ASSERT_EQ(report.tasks.size(), 2u);
  EXPECT_EQ(report.tasks[0].counts.on_time, 20u);
  EXPECT_EQ(report.tasks[1].counts.on_time, 6u);
  EXPECT_EQ(report.tasks[1].counts.dropped_total(), 14u);
  EXPECT_EQ(report.total.counts.offered, 40u);
  EXPECT_EQ(report.total.in_flight(), 0u);
  EXPECT_EQ(report.tasks[0].service.p50, 8 * kMs);
  EXPECT_EQ(report.tasks[1].service.max, 45 * kMs);
  EXPECT_EQ(report.length, 430 * kMs);
  EXPECT_NEAR(report.utilisation(), 1.0, 1e-9);
  EXPECT_EQ(report.wasted_share, 0.0);
  EXPECT_EQ(report.batches, 26u);
}

TEST(Report, TimelineAddsUpToTheCounts) {
  const Report report = overload_report();
  std::uint64_t arrived = 0;
  std::uint64_t dropped = 0;
  std::uint64_t by_reason = 0;
  std::uint64_t on_time = 0;
  double busy_ns = 0;
  for (const TimelineBin& bin : report.timeline) {
    for (const TaskBin& task : bin.tasks) {
      arrived += task.arrived;
      dropped += task.dropped;
      on_time += task.on_time;
    }
    for (const std::uint64_t count : bin.dropped) {
      by_reason += count;
    }
    busy_ns += bin.busy_ns;
  }
  EXPECT_EQ(arrived, 40u);
  EXPECT_EQ(dropped, 14u);
  EXPECT_EQ(by_reason, 14u);
  EXPECT_EQ(on_time, 26u);
  EXPECT_DOUBLE_EQ(busy_ns, 430e6);
}

TEST(Report, KeepsExamplesOfEachReasonWithAnExplanation) {
  const Report report = overload_report();
  ASSERT_FALSE(report.examples.empty());
  for (const Example& example : report.examples) {
    EXPECT_THAT(example.text, HasSubstr("dropped "));
    const auto alike =
        std::count_if(report.examples.begin(), report.examples.end(), [&](const Example& other) {
          return other.event.task == example.event.task &&
                 other.event.reason == example.event.reason;
        });
    EXPECT_LE(alike, 2);
  }
}

TEST(Report, OfAJournalEqualsTheLiveOne) {
  testing::TempFolder folder;
  const JournalContent content = record(overload(), overload().scheduler);
  auto journal = Journal::open({folder.path("j")}, content.info.header);
  ASSERT_TRUE(journal);
  for (const schedule::Event& event : content.events) {
    (*journal)->on_event(event);
  }
  ASSERT_TRUE((*journal)->close());
  const auto read = report_journal(folder.path("j"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(report_of(content)));
}

TEST(Report, SaysWhenTheJournalIsIncomplete) {
  testing::TempFolder folder;
  const JournalContent content = record(overload(), overload().scheduler);
  const std::string lost =
      R"({"ev":"lost","t_ns":1,"lines":12,"total":12,"why":"No space left on device"})"
      "\n";
  testing::write_file(folder.path("j"),
                      testing::header_line(content.info.header) + lost + "{\"ev\":\"arr");
  const auto report = report_journal(folder.path("j"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->lost_lines, 12u);
  EXPECT_TRUE(report->incomplete);
  EXPECT_THAT(to_text(*report, false),
              AllOf(HasSubstr("12 journal lines were lost"), HasSubstr("journal is incomplete")));
  EXPECT_THAT(to_html(*report), HasSubstr("12 journal lines were lost"));
}

TEST(Report, OfNothingIsStillAReport) {
  ReportBuilder builder(testing::header_of(testing::two_tasks()));
  const Report report = builder.report();
  EXPECT_EQ(report.total.counts.offered, 0u);
  EXPECT_THAT(to_text(report, false), HasSubstr("detector"));
  EXPECT_THAT(to_html(report), HasSubstr("No request arrived"));
  EXPECT_EQ(to_json(report).at("schema"), "sluice-report-v1");
}

TEST(Report, AveragesResourceSamplesAndLimitsNotes) {
  ReportBuilder builder(testing::header_of(testing::two_tasks()));
  const base::Time start = builder.report().run.started;
  for (int i = 0; i < 10; ++i) {
    ResourceSample sample;
    sample.time = start + i * base::Duration(1000);
    sample.cpu = 0.1 * i;
    sample.throttled = i == 3;
    builder.on_resource(sample);
  }
  for (int i = 0; i < 150; ++i) {
    builder.on_note({start, fmt::format("note {}", i)});
  }
  const Report report = builder.report();
  ASSERT_EQ(report.resources.size(), 1u);
  EXPECT_EQ(report.resources[0].samples, 10u);
  EXPECT_NEAR(report.resources[0].mean().cpu, 0.45, 1e-12);
  EXPECT_TRUE(report.resources[0].mean().throttled);
  EXPECT_EQ(report.notes.size(), 100u);
  EXPECT_EQ(report.notes_total, 150u);
  EXPECT_THAT(to_text(report, false), HasSubstr("and 50 more"));
}

TEST(ReportJson, HasTheFieldsOfItsSchema) {
  const boost::json::object json = to_json(overload_report());
  EXPECT_EQ(json.at("schema"), "sluice-report-v1");
  const auto& classifier = json.at("tasks").at("classifier");
  EXPECT_EQ(classifier.at("offered"), 20);
  EXPECT_EQ(classifier.at("on_time"), 6);
  EXPECT_EQ(classifier.at("latency_budget_ms"), 250.0);
  EXPECT_EQ(classifier.at("dropped").at("shed"), 14);
  EXPECT_EQ(classifier.at("latency_ms").at("max"), 240.0);
  EXPECT_EQ(json.at("total").at("on_time"), 26);
  EXPECT_EQ(json.at("run").at("scheduler").at("policy"), "slack");
  EXPECT_FALSE(json.at("run").as_object().contains("started"));  // simulated: no wall time
}

TEST(ReportText, IsPlainAsciiWithoutATerminal) {
  const std::string text = to_text(overload_report(), false);
  EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                          [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  EXPECT_THAT(text, HasSubstr("detector         100       20       20   100 %"));
  EXPECT_THAT(to_text(overload_report(), true), HasSubstr("\x1b["));
}

TEST(ReportHtml, IsSelfContained) {
  const std::string html = to_html(overload_report());
  for (const char* outside : {"http:", "https:", "src=", "url(", "@import", "<script", "<link"}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(html, AllOf(HasSubstr("<!DOCTYPE html>"), HasSubstr("20 of 20 requests of detector"),
                          HasSubstr("budget 250 ms"), HasSubstr("What protected what"),
                          HasSubstr("prefers-color-scheme:dark")));
}

TEST(ReportHtml, EscapesNamesAndNotes) {
  simulate::Workload workload = overload();
  workload.name = "<run>";
  workload.scheduler.tasks[0].name = "<script>alert(1)</script>";
  const JournalContent content = record(workload, workload.scheduler);
  ReportBuilder builder(content.info.header);
  for (const schedule::Event& event : content.events) {
    builder.on_event(event);
  }
  builder.on_note({base::Time{}, "<img>"});
  const std::string html = to_html(builder.report());
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")),
                          Not(HasSubstr("<run>")), HasSubstr("&lt;img&gt;")));
}

TEST(ComparisonHtml, ShowsEveryPolicyBesideTheBound) {
  const auto comparison = simulate::compare(overload(), simulate::default_policies());
  ASSERT_TRUE(comparison) << comparison.error().message;
  const std::string html = to_html(*comparison);
  for (const simulate::PolicyOutcome& outcome : comparison->policies) {
    EXPECT_THAT(html, HasSubstr("<div class=\"name\">" + outcome.policy + "</div>"));
  }
  EXPECT_THAT(html, AllOf(HasSubstr("Share of the bound"), Not(HasSubstr("http"))));
  EXPECT_THAT(to_html(simulate::Comparison{}), HasSubstr("Nothing to compare"));
}

TEST(RunsHtml, PutsRunsSideBySide) {
  simulate::Workload workload = overload();
  std::vector<Report> runs;
  for (const auto policy : {schedule::PolicyKind::fifo, schedule::PolicyKind::slack}) {
    workload.scheduler.policy = policy;
    workload.name = schedule::to_string(policy);
    runs.push_back(report_of(record(workload, workload.scheduler)));
  }
  const std::string html = to_html(runs, "FIFO <and> slack");
  EXPECT_THAT(
      html, AllOf(HasSubstr("FIFO &lt;and&gt; slack"), HasSubstr("100 % were on time under slack"),
                  HasSubstr("detector <span class=\"muted\">fifo</span>")));
  EXPECT_THAT(to_html(std::vector<Report>{}, "x"), HasSubstr("Nothing to compare"));
}

}  // namespace
}  // namespace sluice::telemetry
