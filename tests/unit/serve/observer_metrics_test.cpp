#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/serve/observer_helpers.hpp"

namespace sluice::serve {
namespace {

using ::testing::HasSubstr;
using testing::kMs;
using ::testing::Not;
using testing::overload;
using testing::ready_state;
using testing::Watch;

/// The samples of a text in Prometheus' format, by name with labels; fails on what a scraper
/// would not take.
std::map<std::string, double> parse(const std::string& text) {
  static const std::regex kSample(
      R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? (\S+))re");
  static const std::regex kComment(R"re(# (HELP|TYPE) (\S+) (.+))re");
  std::map<std::string, double> samples;
  std::map<std::string, std::string> types;
  std::set<std::string> helped;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.starts_with('#')) {
      EXPECT_TRUE(std::regex_match(line, match, kComment)) << line;
      const std::string name = match[2];
      if (match[1] == "HELP") {
        EXPECT_TRUE(helped.insert(name).second) << "two families of one name: " << line;
      } else {
        EXPECT_TRUE(types.emplace(name, match[3]).second) << line;
      }
      continue;
    }
    EXPECT_TRUE(std::regex_match(line, match, kSample)) << line;
    std::string family = match[1];
    for (const char* suffix : {"_bucket", "_sum", "_count"}) {
      const auto base = family.substr(0, family.rfind(suffix));
      if (family.ends_with(suffix) && types.contains(base)) family = base;
    }
    EXPECT_TRUE(types.contains(family) && helped.contains(family)) << line;
    EXPECT_EQ(types[family] == "counter" && !family.ends_with("_total"), false) << line;
    EXPECT_TRUE(samples.emplace(match[1].str() + match[2].str(), std::stod(match[5])).second)
        << "twice: " << line;
  }
  return samples;
}

double sum_of(const std::map<std::string, double>& samples, const std::string& name,
              const std::string& label = "") {
  double sum = 0;
  for (const auto& [key, value] : samples) {
    if (key.starts_with(name + '{') && key.find(label) != std::string::npos) sum += value;
  }
  return sum;
}

TEST(Metrics, OfNoRunAreOnlyWhatIsKnown) {
  Watch watch;
  watch.clock.set(testing::at(2500));
  const auto samples = parse(watch.observer->metrics({}));
  EXPECT_EQ(samples.at("sluice_uptime_seconds"), 2.5);
  EXPECT_EQ(samples.at("sluice_ready"), 0);
  EXPECT_EQ(samples.size(), 5u);
}

TEST(Metrics, CountOneRunExactly) {
  Watch watch;
  const auto result = watch.run(overload());
  const auto samples = parse(watch.observer->metrics(ready_state()));
  const auto detector = result.summary.task(0);
  const std::string labels = R"({task="detector",model="det",version="1")";
  EXPECT_EQ(samples.at("sluice_requests_total" + labels + R"(,outcome="on_time",reason=""})"),
            static_cast<double>(detector.on_time));
  EXPECT_EQ(samples.at("sluice_request_duration_seconds_count" + labels + "}"),
            static_cast<double>(detector.on_time + detector.late));
  EXPECT_EQ(samples.at("sluice_request_duration_seconds_bucket" + labels + R"(,le="+Inf"})"),
            static_cast<double>(detector.on_time + detector.late));
  EXPECT_NEAR(samples.at("sluice_compute_duration_seconds_sum" + labels + "}"),
              0.008 * static_cast<double>(detector.on_time), 1e-9);
  EXPECT_EQ(samples.at("sluice_compute_duration_seconds_bucket" + labels + R"(,le="0.005"})"), 0);
  EXPECT_EQ(samples.at(R"(sluice_goodput_total{task="detector"})"),
            2.0 * static_cast<double>(detector.on_time));
  EXPECT_EQ(samples.at(R"(sluice_queue_depth{task="classifier"})"), 0);
  EXPECT_NEAR(samples.at(R"(sluice_slot_busy_seconds_total{slot="0"})"),
              base::to_seconds(result.summary.busy(0)), 1e-9);
  EXPECT_EQ(samples.at(R"(sluice_model_instances_available{model="cls",version="2"})"), 1);
  EXPECT_EQ(samples.at(R"(sluice_batch_size_bucket{model="det",version="1",le="1"})"),
            static_cast<double>(detector.on_time));
}

TEST(Metrics, GoOnAcrossGenerations) {
  Watch watch;
  watch.run(overload(), 1);
  watch.run(overload(), 2);
  const auto samples = parse(watch.observer->metrics(ready_state()));
  EXPECT_EQ(samples.at(R"(sluice_requests_offered_total{task="detector"})"), 40);
}

TEST(Metrics, CountCallsByStatus) {
  Watch watch(ObserverOptions{"", std::chrono::minutes(5), 1000, true, 0});
  watch.observer->on_call("http", "infer", Status::ok, 3 * kMs);
  watch.observer->on_call("http", "infer", Status::overloaded, 1 * kMs);
  watch.observer->on_call("tcp", "infer", Status::not_found, 1 * kMs);
  watch.observer->on_call("http", "metadata", Status::ok, 1 * kMs);
  const auto samples = parse(watch.observer->metrics({}));
  EXPECT_EQ(samples.at(R"(sluice_calls_total{protocol="http",call="infer",status="overloaded"})"),
            1);
  EXPECT_EQ(samples.at(R"(sluice_call_duration_seconds_count{protocol="http",call="infer"})"), 2);
  EXPECT_EQ(samples.at("eig_requests_total"), 1);
  EXPECT_EQ(samples.at("eig_errors_total"), 1);
}

TEST(Metrics, LeaveOutSensorsThatAreNotThere) {
  Watch watch;
  telemetry::ResourceSample sample;
  sample.cpu = 0.5;
  watch.observer->on_resource(sample, 0.25);
  auto text = watch.observer->metrics({});
  EXPECT_EQ(parse(text).at("sluice_pressure_ratio"), 0.25);
  EXPECT_THAT(text, Not(HasSubstr("temperature")));
  EXPECT_THAT(text, Not(HasSubstr("gpu")));
  sample.gpu = 0.5;
  sample.temperature_c = 60;
  watch.observer->on_resource(sample, 0);
  sample.gpu = 0;
  watch.observer->on_resource(sample, 0);
  text = watch.observer->metrics({});
  EXPECT_EQ(parse(text).at("sluice_gpu_ratio"), 0);
  EXPECT_EQ(parse(text).at("sluice_temperature_celsius"), 60);
}

TEST(Metrics, EscapeLabels) {
  Watch watch;
  auto workload = overload();
  workload.scheduler.tasks[0].name = "a\"b\\c\nd";
  watch.run(workload);
  const auto samples = parse(watch.observer->metrics({}));
  EXPECT_EQ(samples.at("sluice_requests_offered_total{task=\"a\\\"b\\\\c\\nd\"}"), 20);
}

RC_GTEST_PROP(Metrics, EqualTheSchedulersAccountsAfterAnyRun, ()) {
  auto workload = overload();
  workload.seed = *rc::gen::arbitrary<std::uint64_t>();
  workload.scheduler.slots = *rc::gen::inRange(1u, 4u);
  workload.scheduler.policy = *rc::gen::element(
      schedule::PolicyKind::slack, schedule::PolicyKind::fifo, schedule::PolicyKind::edf);
  workload.scheduler.shedder =
      *rc::gen::element(schedule::ShedderKind::none, schedule::ShedderKind::adaptive);
  workload.scheduler.tasks[1].on_shed =
      *rc::gen::element(schedule::OnShed::drop, schedule::OnShed::defer);
  if (*rc::gen::arbitrary<bool>()) {
    workload.scheduler.tasks[1].on_shed = schedule::OnShed::degrade;
    workload.scheduler.tasks[1].degrade_to = 0;
  }
  for (auto& model : workload.scheduler.models) {
    model.max_batch = *rc::gen::inRange(1u, 5u);
    model.instances = 2;
  }
  for (auto& arrivals : workload.arrivals) {
    arrivals.kind = simulate::ArrivalKind::poisson;
    arrivals.rate = *rc::gen::inRange(10, 200);
    arrivals.count = *rc::gen::inRange<std::uint64_t>(1, 100);
  }
  Watch watch;
  const auto result = watch.run(workload);
  const auto& accounts = result.accounting;
  const auto samples = parse(watch.observer->metrics({}));
  const auto equals = [&](const std::string& name, const std::string& label, std::uint64_t count) {
    RC_ASSERT(sum_of(samples, name, label) == static_cast<double>(count));
  };
  equals("sluice_requests_offered_total", "", accounts.offered);
  equals("sluice_requests_total", R"(outcome="on_time")", accounts.on_time);
  equals("sluice_requests_total", R"(outcome="late")", accounts.late);
  equals("sluice_requests_total", R"(outcome="failed")", accounts.failed);
  for (std::size_t i = 0; i < schedule::kDropReasons; ++i) {
    const std::string reason = schedule::to_string(static_cast<schedule::DropReason>(i));
    equals("sluice_requests_total", "reason=\"" + reason + "\"", accounts.dropped[i]);
  }
  equals("sluice_queue_depth", "", accounts.queued + accounts.deferred);
  equals("sluice_requests_running", "", accounts.running);
}

TEST(Statistics, CountInferencesAndBatches) {
  Watch watch;
  auto workload = overload();
  workload.scheduler.models[1].max_batch = 4;
  const auto result = watch.run(workload);
  const auto statistics = watch.observer->statistics();
  ASSERT_EQ(statistics.size(), 2u);  // cls, det
  const auto classifier = result.summary.task(1);
  const auto& cls = statistics[0];
  EXPECT_EQ(cls.name, "cls");
  EXPECT_EQ(cls.version, "2");
  EXPECT_EQ(cls.inferences, classifier.on_time + classifier.late);
  EXPECT_EQ(cls.success.count, cls.inferences);
  EXPECT_EQ(cls.fail.count, classifier.dropped_total());
  EXPECT_EQ(cls.success.total, cls.queue.total + cls.infer.total);
  std::uint64_t executions = 0;
  std::uint64_t inferences = 0;
  for (const auto& batch : cls.batches) {
    executions += batch.infer.count;
    inferences += batch.size * batch.infer.count;
  }
  EXPECT_EQ(cls.executions, executions);
  EXPECT_EQ(cls.inferences, inferences);
  EXPECT_GT(cls.last_inference, base::Duration(1'767'261'600'000'000'000));
}

}  // namespace
}  // namespace sluice::serve
