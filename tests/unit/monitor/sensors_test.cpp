#include "monitor/sensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "machine.hpp"

namespace sluice::monitor {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

auto sensor(const char* name, double celsius, bool zone) {
  return AllOf(Field(&Temperature::name, name), Field(&Temperature::celsius, celsius),
               Field(&Temperature::zone, zone));
}

TEST(Temperatures, ComeFromZonesAndHwmonInOrder) {
  const Machine machine("pc");
  EXPECT_THAT(
      read_temperatures(machine.root()),
      ElementsAre(sensor("acpitz", 27.8, true), sensor("x86_pkg_temp", 61, true),
                  sensor("nvme/Composite", 71.85, false),
                  sensor("coretemp/Package id 0", 61, false), sensor("coretemp/Core 0", 58, false),
                  sensor("coretemp/temp10", 59, false)));
}

TEST(Temperatures, LeaveOutSensorsThatAreOff) {
  const Machine machine;
  machine.write("sys/class/thermal/thermal_zone0/temp", "-256000\n");
  machine.write("sys/class/thermal/thermal_zone1/temp", "not a number\n");
  machine.write("sys/class/thermal/thermal_zone2/temp", "");
  machine.write("sys/class/thermal/thermal_zone3/temp", "-12500\n");
  EXPECT_THAT(read_temperatures(machine.root()), ElementsAre(sensor("thermal_zone3", -12.5, true)));
}

TEST(Hottest, PrefersZonesAndIgnoresConstantOnes) {
  EXPECT_EQ(hottest({{"nvme", 90, false}, {"cpu", 50, true}, {"gpu", 60, true}}), 60);
  EXPECT_EQ(hottest({{"nvme", 40, false}, {"coretemp", 45, false}}), 45);
  EXPECT_EQ(hottest({{"PMIC", 100, true}, {"PMIC-Die", 100, true}, {"cpu", 50, true}}), 50);
  EXPECT_EQ(hottest({{"freezer", -20, true}}), -20);
  EXPECT_FALSE(hottest({}));
}

TEST(Throttle, SumsTheCountersOfX86) {
  const Machine machine("pc");
  const ThrottleReading reading = read_throttling(machine.root());
  EXPECT_EQ(reading.events, 0u + 1 + 3 + 3 * 2);
  EXPECT_FALSE(reading.firmware);
  ASSERT_TRUE(reading.frequency_cap);
  EXPECT_DOUBLE_EQ(*reading.frequency_cap, 1.0);
}

TEST(Throttle, ReadsFirmwareFlagsAndTheLowestCap) {
  const Machine machine("pi");
  machine.write("sys/devices/system/cpu/cpufreq/policy4/scaling_max_freq", "900000\n");
  machine.write("sys/devices/system/cpu/cpufreq/policy4/cpuinfo_max_freq", "1800000\n");
  const ThrottleReading reading = read_throttling(machine.root());
  EXPECT_FALSE(reading.events);
  EXPECT_EQ(reading.firmware, 0xe0008u);
  ASSERT_TRUE(reading.frequency_cap);
  EXPECT_DOUBLE_EQ(*reading.frequency_cap, 0.5);
}

TEST(Throttle, FindsTheFirmwareOfNewerBoards) {
  const Machine machine;
  machine.write("sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled",
                "50005");
  EXPECT_EQ(read_throttling(machine.root()).firmware, 0x50005u);
}

TEST(Throttle, ParsesFirmwareFlags) {
  EXPECT_EQ(parse_firmware_flags("0x50005\n"), 0x50005u);
  EXPECT_EQ(parse_firmware_flags("0"), 0u);
  EXPECT_FALSE(parse_firmware_flags(""));
  EXPECT_FALSE(parse_firmware_flags("0x"));
  EXPECT_FALSE(parse_firmware_flags("throttled"));
  EXPECT_FALSE(parse_firmware_flags("100000000"));
}

}  // namespace
}  // namespace sluice::monitor
