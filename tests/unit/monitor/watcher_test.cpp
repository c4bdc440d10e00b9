#include "monitor/watcher.hpp"

#include <future>

#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "machine.hpp"

namespace sluice::monitor {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Monitor> monitor_of(const Machine& machine, const base::Clock& clock) {
  MonitorOptions options;
  options.root = machine.root();
  auto monitor = Monitor::create(options, clock);
  EXPECT_TRUE(monitor);
  return std::move(*monitor);
}

TEST(Watcher, ReadsAtOnceAndGivesThePressure) {
  const Machine machine("pi");
  const base::ManualClock clock;
  std::promise<std::pair<std::optional<double>, double>> first;
  bool seen = false;
  WatcherOptions options;
  options.interval = 1h;
  const auto watcher = Watcher::start(options, monitor_of(machine, clock),
                                      [&](const Sample& sample, double pressure) {
                                        if (!std::exchange(seen, true)) {
                                          first.set_value({sample.temperature_c(), pressure});
                                        }
                                      });
  ASSERT_TRUE(watcher) << watcher.error().message;
  const auto [temperature, pressure] = first.get_future().get();
  EXPECT_EQ(temperature, 82.3);
  EXPECT_EQ(pressure, 0.5);  // the machine says that it throttles
}

TEST(Watcher, ReadsAgainEveryInterval) {
  const Machine machine("pi");
  const base::ManualClock clock;
  std::promise<void> third;
  int readings = 0;
  WatcherOptions options;
  options.interval = 1ms;
  const auto watcher =
      Watcher::start(options, monitor_of(machine, clock), [&](const Sample&, double) {
        if (++readings == 3) third.set_value();
      });
  ASSERT_TRUE(watcher);
  third.get_future().wait();
}

TEST(Watcher, RefusesBadOptions) {
  const Machine machine;
  const base::ManualClock clock;
  const auto ignore = [](const Sample&, double) {};
  WatcherOptions options;
  options.interval = 0s;
  EXPECT_FALSE(Watcher::start(options, monitor_of(machine, clock), ignore));
  options.interval = 1s;
  options.pressure.throttled = 2;
  EXPECT_FALSE(Watcher::start(options, monitor_of(machine, clock), ignore));
}

}  // namespace
}  // namespace sluice::monitor
