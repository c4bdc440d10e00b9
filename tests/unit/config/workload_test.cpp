#include "config/workload.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/config/config_helpers.hpp"

namespace sluice::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string error_of(const std::string& text) {
  const auto workload = to_workload(config_of(text), 2);
  return workload ? "none" : workload.error().message;
}

TEST(ToWorkload, TakesModelsTasksAndSettings) {
  const auto workload = to_workload(config_of(R"(
models:
  - { name: fake, max_batch: 4, synthetic: { service: { distribution: lognormal, base: 5ms, per_item: 3ms, cv: 0.5 } } }
  - { name: real, path: r.onnx, profile: { base: 2ms, per_item: 20ms } }
  - { name: drawn, synthetic: { service: { distribution: empirical, samples: [1ms, 3ms] } } }
tasks:
  - { name: a, model: real, priority: 3, source: { rate: 100/s, count: 20 } }
  - { name: b, model: fake, source: { type: images, path: x, rate: 5/s } }
scheduler: { slots: 2, policy: edf }
compare: { duration: 10s, estimates: hinted, estimate_error: 0.2 }
)"),
                                    2);
  ASSERT_TRUE(workload) << workload.error().message;
  EXPECT_EQ(workload->name, "run");
  EXPECT_EQ(workload->scheduler.slots, 2u);
  EXPECT_EQ(workload->scheduler.policy, schedule::PolicyKind::edf);
  EXPECT_EQ(workload->duration, seconds(10));
  EXPECT_EQ(workload->estimates, simulate::Estimates::hinted);
  EXPECT_DOUBLE_EQ(workload->estimate_error, 0.2);

  ASSERT_EQ(workload->services.size(), 3u);
  EXPECT_EQ(workload->services[0].kind, simulate::ServiceKind::lognormal);
  EXPECT_EQ(workload->services[1].base, milliseconds(2));
  EXPECT_EQ(workload->services[1].per_item, milliseconds(20));
  const auto& models = workload->scheduler.models;
  ASSERT_EQ(models.size(), 3u);
  EXPECT_EQ(models[0].max_batch, 4u);
  EXPECT_EQ(models[0].profile_base, milliseconds(5)) << "as a warm-up would have measured";
  EXPECT_EQ(models[0].profile_per_item, milliseconds(3));
  EXPECT_EQ(models[1].profile_per_item, milliseconds(20));
  EXPECT_EQ(models[2].profile_per_item, milliseconds(2)) << "mean of the samples";

  ASSERT_EQ(workload->arrivals.size(), 2u);
  EXPECT_DOUBLE_EQ(workload->arrivals[0].rate, 100);
  EXPECT_EQ(workload->arrivals[0].count, 20u);
  ASSERT_EQ(workload->scheduler.tasks.size(), 2u);
  EXPECT_EQ(workload->scheduler.tasks[0].model, 1u);
  EXPECT_EQ(workload->scheduler.tasks[0].priority, 3);
}

TEST(ToWorkload, AModelWithoutACost) {
  EXPECT_EQ(error_of("models: [{ name: net, path: n.onnx }]\n"
                     "tasks: [{ name: t, model: net, source: { rate: 1/s, count: 1 } }]\n"),
            "models[0]: a simulation needs to know what \"net\" costs; add `profile: { base: 5ms, "
            "per_item: 20ms }` (`sluice run` reports what it measured)");
}

TEST(ToWorkload, ATaskWithoutASource) {
  EXPECT_EQ(error_of(std::string(kModels) + "tasks: [{ name: t, model: detector }]\n"),
            "tasks[0]: a simulation needs to know when the frames of \"t\" come; add `source: { "
            "rate: 15/s, count: 100 }`");
}

TEST(ToWorkload, AVideoWithoutARate) {
  EXPECT_EQ(
      error_of(std::string(kModels) +
               "tasks: [{ name: t, model: detector, source: { type: video, path: v.mp4 } }]\n"),
      "tasks[0].source: a simulation does not open videos; add `rate`, for example 30/s");
}

TEST(ToWorkload, AnInputWithoutAnEnd) {
  EXPECT_EQ(
      error_of(std::string(kModels) +
               "tasks: [{ name: t, model: detector, source: { rate: 1/s } }]\n"),
      "tasks[0].source: never ends; add `compare: { duration: 60s }`, or `count` or `stop` to the "
      "source");
}

TEST(LoadTraces, FillsArrivalTimes) {
  const auto folder = std::filesystem::temp_directory_path() / "sluice-load-traces";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "t.csv") << "time_s,task\n0.5,t\n0.6,u\n1.5,t\n";
  auto loaded =
      load_text(std::string(kModels) +
                    "tasks: [{ name: t, model: detector, source: { arrivals: trace, trace: "
                    "t.csv } }]\n",
                (folder / "run.yaml").string());
  ASSERT_TRUE(loaded.config) << to_error(loaded.problems).message;
  ASSERT_TRUE(load_traces(*loaded.config));
  EXPECT_THAT(loaded.config->tasks[0].source.options.arrivals.times,
              testing::ElementsAre(milliseconds(500), milliseconds(1500)));
  std::filesystem::remove_all(folder);
  loaded.config->tasks[0].source.options.arrivals.times.clear();
  const auto gone = load_traces(*loaded.config);
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, testing::StartsWith("tasks[0].source.trace: "));
}

}  // namespace
}  // namespace sluice::config
