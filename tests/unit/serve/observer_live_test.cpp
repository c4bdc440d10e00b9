#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "unit/serve/observer_helpers.hpp"

namespace sluice::serve {
namespace {

namespace json = boost::json;
using testing::at;
using testing::kMs;
using testing::overload;
using testing::ready_state;
using testing::Watch;

const json::object& task_of(const json::object& document, std::size_t i) {
  return document.at("tasks").at(i).as_object();
}

TEST(Live, BeforeAnythingHappened) {
  const Watch watch;
  const auto document = watch.observer->live({});
  EXPECT_TRUE(document.at("scheduler").is_null());
  EXPECT_TRUE(document.at("resources").is_null());
  EXPECT_TRUE(document.at("started_unix_s").is_null());
  EXPECT_TRUE(document.at("tasks").as_array().empty());
  EXPECT_FALSE(document.at("ready").as_bool());
}

/// One request of `task` that arrives at `ms`, waits 10 ms, and runs for `run` ms.
class Script {
 public:
  explicit Script(schedule::EventSink& sink) : sink_(sink) {}

  void request(schedule::TaskId task, double ms, double run, schedule::Outcome outcome) {
    schedule::Event event;
    event.request = ++request_;
    event.task = task;
    event.model = task;
    event.arrival = at(ms);
    event.deadline = at(ms + 80);
    send(event, schedule::EventKind::arrived, ms);
    event.slot = 0;
    event.batch = request_;
    event.batch_size = 1;
    auto batch = event;
    batch.request = 0;
    batch.task = schedule::kNone;
    send(batch, schedule::EventKind::batch_started, ms + 10);
    send(event, schedule::EventKind::started, ms + 10);
    if (run == 0) return;  // it runs on
    event.outcome = batch.outcome = outcome;
    event.numbers.service = batch.numbers.service = base::from_ms(run);
    send(batch, schedule::EventKind::batch_finished, ms + 10 + run);
    send(event, schedule::EventKind::finished, ms + 10 + run);
  }
  void shed(schedule::TaskId task, double ms) {
    schedule::Event event;
    event.request = ++request_;
    event.task = task;
    event.model = task;
    event.arrival = at(ms);
    send(event, schedule::EventKind::arrived, ms);
    event.reason = schedule::DropReason::shed;
    event.other_task = 0;
    send(event, schedule::EventKind::dropped, ms);
  }
  void note(schedule::EventKind kind, double ms) { send({}, kind, ms); }

 private:
  void send(schedule::Event event, schedule::EventKind kind, double ms) {
    event.kind = kind;
    event.seq = ++seq_;
    event.time = at(ms);
    sink_.on_event(event);
  }

  schedule::EventSink& sink_;
  std::uint64_t seq_ = 0;
  schedule::RequestId request_ = 0;
};

/// A little of everything, 70 s after the start.
json::object busy_document(Watch& watch) {
  auto& sink = watch.observer->begin(1, testing::header_of(overload().scheduler));
  Script script(sink);
  script.request(0, 500, 20, schedule::Outcome::on_time);  // longer than a minute ago
  for (int i = 0; i < 40; ++i) {
    const double ms = 50'100 + 490 * i;
    script.request(0, ms, i % 10 == 9 ? 75 : 25,
                   i % 10 == 9 ? schedule::Outcome::late : schedule::Outcome::on_time);
    if (i % 4 == 0) script.shed(1, ms + 200);
    if (i % 4 == 1) script.request(1, ms + 200, 45, schedule::Outcome::on_time);
  }
  script.note(schedule::EventKind::shedding_on, 69'750);
  script.request(1, 69'900, 0, schedule::Outcome::on_time);
  telemetry::ResourceSample sample;
  sample.cpu = 0.71;
  sample.memory_used_bytes = 1e9;
  sample.memory_total_bytes = 8e9;
  sample.process_rss_bytes = 2.1e8;
  sample.process_cpu = 1.4;
  sample.temperature_c = 55;
  watch.observer->on_resource(sample, 0.1);
  watch.clock.set(at(70'000));
  return watch.live();
}

TEST(Live, CountsTheLastSecondsAndSinceTheStart) {
  Watch watch;
  const auto document = busy_document(watch);
  EXPECT_EQ(document.at("uptime_s"), 70.0);
  EXPECT_EQ(document.at("started_unix_s"), 1767261600.0);
  const auto& detector = task_of(document, 0);
  EXPECT_EQ(detector.at("model"), "det");
  EXPECT_EQ(detector.at("version"), "1");
  EXPECT_EQ(detector.at("total").at("offered"), 41);
  EXPECT_EQ(detector.at("total").at("late"), 4);
  // The window is the present second and the nine before it, from 61 s on.
  EXPECT_EQ(detector.at("window").at("offered"), 17);
  EXPECT_EQ(detector.at("window").at("late"), 2);
  EXPECT_EQ(detector.at("rate"), 1.889);
  EXPECT_EQ(detector.at("goodput"), 3.333);  // 15 on time in 9 s, of weight 2
  EXPECT_NEAR(detector.at("latency_ms").at("p50").as_double(), 35, 35.0 / 32);
  EXPECT_EQ(detector.at("latency_ms").at("max"), 85.0);
  EXPECT_EQ(detector.at("queue_ms").at("max"), 10.0);
  const auto& classifier = task_of(document, 1);
  EXPECT_EQ(classifier.at("running"), 1);
  EXPECT_EQ(classifier.at("window").at("dropped"), (json::object{{"shed", 4}}));
  EXPECT_EQ(document.at("totals").at("running"), 1);
  EXPECT_TRUE(document.at("scheduler").at("shedding").as_bool());
}

TEST(Live, HasAHistoryOfSixtySeconds) {
  Watch watch;
  const auto document = busy_document(watch);
  const auto& history = task_of(document, 0).at("history").as_array();
  ASSERT_EQ(history.size(), 60u);
  EXPECT_EQ(history[0].at("t_s"), -60);
  EXPECT_EQ(history[0].at("offered"), 0);
  EXPECT_TRUE(history[0].at("p50_ms").is_null());
  EXPECT_EQ(history[59].at("t_s"), -1);
  std::int64_t offered = 0;
  for (const auto& second : history) offered += second.at("offered").to_number<std::int64_t>();
  EXPECT_EQ(offered, 40);
}

TEST(Live, ShowsTheSlotsRuns) {
  Watch watch;
  const auto document = busy_document(watch);
  const auto& slot = document.at("slots").at(0);
  EXPECT_TRUE(slot.at("busy").as_bool());
  const auto& runs = slot.at("runs").as_array();
  const auto& running = runs.back();
  EXPECT_TRUE(running.at("end_s").is_null());
  EXPECT_EQ(running.at("start_s"), -0.09);
  EXPECT_EQ(running.at("task"), "classifier");
  EXPECT_EQ(running.at("model"), "cls:2");
  EXPECT_EQ(running.at("size"), 1);
  EXPECT_GE(runs.front().at("end_s").as_double(), -10.0);
  // 15 and 2 runs of the detector, 4 of the classifier, and 90 ms of the one that runs.
  EXPECT_NEAR(slot.at("busy_share").as_double(), (15 * 0.025 + 2 * 0.075 + 4 * 0.045 + 0.09) / 9,
              0.001);
}

TEST(Live, SaysNullWhereNothingIsKnown) {
  Watch watch;
  const auto document = busy_document(watch);
  EXPECT_EQ(document.at("resources").at("temperature_c"), 55.0);
  EXPECT_TRUE(document.at("resources").at("power_w").is_null());
  EXPECT_TRUE(document.at("resources").at("gpu").is_null());
  EXPECT_EQ(document.at("models").at(0).at("batch_p50_ms"), 25.0);
}

/// The example that the pages are tested with. SLUICE_UPDATE_GOLDEN=1 writes it anew.
TEST(Live, IsTheGoldenExample) {
  const std::string path = SLUICE_SOURCE_DIR "/tests/unit/serve/live.golden.json";
  Watch watch(ObserverOptions{"line-3", std::chrono::minutes(5), 1000, false, 0});
  auto document = busy_document(watch);
  document["version"] = "0.1.0";
  const std::string text = base::to_pretty_json(document);
  if (std::getenv("SLUICE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  const std::string golden{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, golden);
}

TEST(LogLine, SumsUpEveryNInferences) {
  std::ostringstream out;
  const auto before = spdlog::default_logger();
  auto logger = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
  logger->set_pattern("%v");
  spdlog::set_default_logger(logger);
  Watch watch(ObserverOptions{"", std::chrono::minutes(5), 1000, false, 4});
  watch.clock.set(at(1000));
  for (int i = 1; i <= 5; ++i) {
    watch.clock.advance(100 * kMs);
    watch.observer->on_call("http", "infer", Status::ok, 100 * kMs);
    watch.observer->on_call("http", "infer", Status::overloaded, 1 * kMs);
    watch.observer->on_call("http", "metadata", Status::ok, 1 * kMs);
  }
  spdlog::set_default_logger(before);
  EXPECT_EQ(out.str(), "4 inferences: mean 100.00 ms, p95 98.57 ms, 10.0/s\n");  // p95 within 1/32
}

}  // namespace
}  // namespace sluice::serve
