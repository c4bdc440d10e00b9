#include "monitor/monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "machine.hpp"
#include "monitor/resource.hpp"

namespace sluice::monitor {
namespace {

using namespace std::chrono_literals;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

class MonitorTest : public testing::Test {
 protected:
  std::unique_ptr<Monitor> start(const Machine& machine) {
    options_.root = machine.root();
    auto monitor = Monitor::create(options_, clock_);
    EXPECT_TRUE(monitor) << monitor.error().message;
    return std::move(*monitor);
  }

  MonitorOptions options_;
  base::ManualClock clock_;
};

TEST_F(MonitorTest, FirstReadingHasLevelsButNoRates) {
  const Machine machine("pc");
  clock_.set(base::Time(5s));
  const Sample sample = start(machine)->sample();
  EXPECT_EQ(sample.time, base::Time(5s));
  EXPECT_FALSE(sample.cpu);
  EXPECT_THAT(sample.cores, ElementsAre(std::nullopt, std::nullopt, std::nullopt, std::nullopt));
  ASSERT_TRUE(sample.memory);
  EXPECT_EQ(sample.memory->total_bytes, 16318212ull * 1024);
  EXPECT_EQ(sample.memory->available_bytes, 9961472ull * 1024);
  EXPECT_EQ(sample.process.rss_bytes, 102400u * 1024);
  EXPECT_FALSE(sample.process.cpu);
  EXPECT_THAT(*sample.load, ElementsAre(0.52, 1.25, 2.0));
  EXPECT_TRUE(sample.network.empty());
  EXPECT_EQ(sample.temperatures.size(), 6u);
  EXPECT_EQ(sample.temperature_c(), 61);
  EXPECT_FALSE(sample.throttling.active());
  EXPECT_FALSE(sample.tegra);
}

TEST_F(MonitorTest, SecondReadingHasTheRatesBetween) {
  const Machine machine("pc");
  const auto monitor = start(machine);
  (void)monitor->sample();
  clock_.advance(2s);
  // 200 ticks in all: 150 busy. cpu0 fully busy, cpu1 idle, cpu3 gone, cpu2 come.
  machine.write("proc/stat",
                "cpu  1150 100 500 8030 320 60 40 0 0 0\ncpu0 500 50 200 3200 100 30 20 0 0 0\n"
                "cpu1 300 25 200 2550 100 20 10 0 0 0\ncpu2 1 1 1 1 1 1 1 0 0 0\n");
  machine.write("proc/self/stat", "1 (x) S 1 1 1 0 -1 0 0 0 0 0 400 100 0 0\n");
  machine.write("proc/net/dev",
                "eth0: 123460789 1 0 0 0 0 0 0 98765432 1 0 0 0 0 0 0\n"
                "eth1: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n"
                "lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n");
  const Sample sample = monitor->sample();
  EXPECT_THAT(sample.cpu, Optional(DoubleEq(0.75)));
  EXPECT_THAT(sample.cores,
              ElementsAre(Optional(DoubleEq(1.0)), Optional(DoubleEq(0.0)), std::nullopt));
  // 200 more ticks of 10 ms in 2 s.
  ASSERT_EQ(::sysconf(_SC_CLK_TCK), 100);
  EXPECT_THAT(sample.process.cpu, Optional(DoubleEq(1.0)));
  // eth1 is new, lo has started again.
  ASSERT_EQ(sample.network.size(), 1u);
  EXPECT_EQ(sample.network[0].interface, "eth0");
  EXPECT_DOUBLE_EQ(sample.network[0].received, 2000);
  EXPECT_DOUBLE_EQ(sample.network[0].sent, 0);
}

TEST_F(MonitorTest, NoTimeBetweenMeansNoRates) {
  const Machine machine("pc");
  const auto monitor = start(machine);
  (void)monitor->sample();
  const Sample sample = monitor->sample();
  EXPECT_FALSE(sample.cpu);
  EXPECT_FALSE(sample.process.cpu);
  EXPECT_TRUE(sample.network.empty());
}

TEST_F(MonitorTest, NewThrottleEventsAreThrottling) {
  const Machine machine("pc");
  const auto monitor = start(machine);
  EXPECT_FALSE(monitor->sample().throttling.active());  // events before the start do not count
  clock_.advance(1s);
  EXPECT_FALSE(monitor->sample().throttling.active());
  clock_.advance(1s);
  machine.write("sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count", "5\n");
  const Sample hot = monitor->sample();
  EXPECT_EQ(hot.throttling.new_events, 5u);
  EXPECT_TRUE(hot.throttling.active());
  clock_.advance(1s);
  EXPECT_FALSE(monitor->sample().throttling.active());
}

TEST_F(MonitorTest, FirmwareFlagsOfNowAreThrottlingThoseOfThePastAreNot) {
  const Machine machine("pi");
  const auto monitor = start(machine);
  EXPECT_TRUE(monitor->sample().throttling.active());  // e0008: soft temperature limit now
  machine.write("sys/devices/platform/soc/soc:firmware/get_throttled", "e0000\n");
  EXPECT_FALSE(monitor->sample().throttling.active());
}

TEST_F(MonitorTest, AFrequencyCapIsThrottlingWhenItFalls) {
  const Machine machine("pi");
  const std::string cap = "sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq";
  machine.write("sys/devices/platform/soc/soc:firmware/get_throttled", "0\n");
  const auto monitor = start(machine);
  EXPECT_FALSE(monitor->sample().throttling.active());  // below the maximum from the start
  machine.write(cap, "1200000\n");
  EXPECT_TRUE(monitor->sample().throttling.active());
  machine.write(cap, "1500000\n");
  EXPECT_FALSE(monitor->sample().throttling.active());
}

TEST_F(MonitorTest, LimitsAreTheStrictestThatHold) {
  const Machine pc("pc");
  const Sample free = start(pc)->sample();
  EXPECT_FALSE(free.limits.cgroup.cpus);
  EXPECT_EQ(free.limits.allowed_cpus, 3u);
  EXPECT_THAT(free.limits.cores, Optional(DoubleEq(3)));
  EXPECT_EQ(free.limits.memory_bytes, 16318212ull * 1024);

  const Machine container("container-v2");
  const Sample boxed = start(container)->sample();
  EXPECT_THAT(boxed.limits.cores, Optional(DoubleEq(1.5)));
  EXPECT_EQ(boxed.limits.memory_bytes, 1073741824u);

  container.write("proc/self/status", "Cpus_allowed_list: 2\n");
  EXPECT_THAT(start(container)->sample().limits.cores, Optional(DoubleEq(1)));
}

// A machine that tells nothing is no error, and neither is one that stops telling.
TEST_F(MonitorTest, MissingFilesLeaveFieldsAbsent) {
  const Machine empty;
  const auto monitor = start(empty);
  for (int reading = 0; reading < 2; ++reading) {
    const Sample sample = monitor->sample();
    EXPECT_FALSE(sample.cpu);
    EXPECT_TRUE(sample.cores.empty());
    EXPECT_FALSE(sample.memory);
    EXPECT_FALSE(sample.process.rss_bytes);
    EXPECT_FALSE(sample.load);
    EXPECT_TRUE(sample.temperatures.empty());
    EXPECT_FALSE(sample.temperature_c());
    EXPECT_FALSE(sample.limits.cores);
    EXPECT_FALSE(sample.throttling.active());
    clock_.advance(1s);
  }
  const Machine pc("pc");
  const auto other = start(pc);
  (void)other->sample();
  pc.remove("proc");
  pc.remove("sys");
  clock_.advance(1s);
  EXPECT_FALSE(other->sample().cpu);
}

TEST_F(MonitorTest, ReadsThisMachine) {
  options_.root = "/";
  base::SteadyClock clock;
  auto monitor = Monitor::create(options_, clock);
  ASSERT_TRUE(monitor);
  const Sample sample = (*monitor)->sample();
  ASSERT_TRUE(sample.memory);
  EXPECT_GT(sample.memory->total_bytes, 0u);
  EXPECT_GT(sample.process.rss_bytes.value_or(0), 0u);
  EXPECT_GE(sample.limits.cores.value_or(0), 0.01);
}

TEST_F(MonitorTest, MergesTegrastatsWhileItIsFresh) {
  const Machine machine("pi");
  machine.write("log",
                "RAM 1/2MB CPU [1%@100] GR3D_FREQ 25%@300 gpu@88.5C PMIC@100C VDD_IN "
                "5000mW/5000mW\n");
  options_.tegrastats_log = machine.root() + "/log";
  const auto monitor = start(machine);
  const Sample fresh = monitor->sample();
  ASSERT_TRUE(fresh.tegra);
  EXPECT_EQ(fresh.temperature_c(), 88.5);
  EXPECT_THAT(fresh.power_w(), Optional(DoubleEq(5)));
  EXPECT_THAT(fresh.gpu(), Optional(DoubleEq(0.25)));
  clock_.advance(11s);
  const Sample stale = monitor->sample();
  EXPECT_FALSE(stale.tegra);
  EXPECT_EQ(stale.temperature_c(), 82.3);
}

TEST_F(MonitorTest, RefusesTegrastatsThatIsNotThere) {
  options_.tegrastats_log = "no/such/log";
  auto monitor = Monitor::create(options_, clock_);
  ASSERT_FALSE(monitor);
  EXPECT_THAT(monitor.error().message, HasSubstr("no/such/log"));
  options_.tegrastats_command = {"tegrastats"};
  EXPECT_THAT(Monitor::create(options_, clock_).error().message, HasSubstr("both"));
}

TEST_F(MonitorTest, BecomesAResourceSample) {
  Sample sample;
  sample.time = base::Time(3s);
  sample.cpu = 0.5;
  sample.memory = Memory{1000, 400, 0, 0};
  sample.process.rss_bytes = 77;
  sample.process.cpu = 1.5;
  sample.temperatures = {{"cpu", 70, true}};
  sample.throttling.capped = true;
  sample.tegra.emplace();
  sample.tegra->gpu = TegraEngine{"GR3D", true, 0.25, {}};
  sample.tegra->rails = {{"VDD_IN", 4000, 4000}};
  const telemetry::ResourceSample resource = to_resource(sample);
  EXPECT_EQ(resource.time, base::Time(3s));
  EXPECT_EQ(resource.cpu, 0.5);
  EXPECT_EQ(resource.memory_used_bytes, 600);
  EXPECT_EQ(resource.memory_total_bytes, 1000);
  EXPECT_EQ(resource.process_rss_bytes, 77);
  EXPECT_EQ(resource.process_cpu, 1.5);
  EXPECT_EQ(resource.temperature_c, 70);
  EXPECT_EQ(resource.power_w, 4);
  EXPECT_EQ(resource.gpu, 0.25);
  EXPECT_TRUE(resource.throttled);

  const PressureInput input = to_pressure_input(sample);
  EXPECT_EQ(input.temperature_c, 70);
  EXPECT_EQ(input.power_w, 4);
  EXPECT_TRUE(input.throttled);
  EXPECT_FALSE(to_pressure_input(Sample{}).temperature_c);
}

}  // namespace
}  // namespace sluice::monitor
