#include "monitor/tegrastats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitor/tegrastats_reader.hpp"

namespace sluice::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kMiB = 1u << 20;

std::vector<TegraSample> read_log(const std::string& name, std::uint64_t* skipped = nullptr) {
  auto samples = read_tegrastats_log(
      std::string(SLUICE_SOURCE_DIR) + "/tests/fixtures/tegrastats/" + name, skipped);
  EXPECT_TRUE(samples) << samples.error().message;
  return samples ? *samples : std::vector<TegraSample>{};
}

std::vector<std::string> names(const std::vector<TegraEngine>& engines) {
  std::vector<std::string> result;
  for (const auto& engine : engines) result.push_back(engine.name + (engine.on ? "" : " off"));
  return result;
}

std::vector<std::string> names(const std::vector<Temperature>& sensors) {
  std::vector<std::string> result;
  for (const auto& sensor : sensors) result.push_back(sensor.name);
  return result;
}

TEST(Tegrastats, JetPack5OnAgxOrin) {
  const auto samples = read_log("jetpack5-agx-orin.log");
  ASSERT_EQ(samples.size(), 2u);
  const TegraSample& sample = samples[1];
  EXPECT_EQ(sample.timestamp, "05-16-2023 10:41:32");
  ASSERT_TRUE(sample.ram);
  EXPECT_EQ(sample.ram->used_bytes, 4717 * kMiB);
  EXPECT_EQ(sample.ram->total_bytes, 30536 * kMiB);
  ASSERT_TRUE(sample.swap);
  EXPECT_EQ(sample.swap->total_bytes, 15268 * kMiB);

  ASSERT_EQ(sample.cores.size(), 12u);
  EXPECT_TRUE(sample.cores[0].online);
  EXPECT_DOUBLE_EQ(sample.cores[0].utilisation, 0.04);
  EXPECT_EQ(sample.cores[0].mhz, 729);
  EXPECT_FALSE(sample.cores[4].online);
  EXPECT_DOUBLE_EQ(sample.cores[11].utilisation, 0.97);
  EXPECT_EQ(sample.cores[11].mhz, 2201);

  ASSERT_TRUE(sample.emc);
  EXPECT_DOUBLE_EQ(*sample.emc->utilisation, 0.12);
  EXPECT_THAT(sample.emc->mhz, ElementsAre(3199));
  ASSERT_TRUE(sample.gpu);
  EXPECT_DOUBLE_EQ(*sample.gpu->utilisation, 0.61);
  EXPECT_THAT(sample.gpu->mhz, ElementsAre(1299, 1300));

  EXPECT_THAT(names(sample.engines),
              ElementsAre("NVENC off", "NVDEC", "NVJPG off", "NVJPG1 off", "VIC", "OFA off",
                          "NVDLA0", "NVDLA1 off", "PVA0 off", "APE"));
  EXPECT_THAT(sample.engines[1].mhz, ElementsAre(998));
  EXPECT_FALSE(sample.engines[1].utilisation);

  // The three CV sensors are off.
  EXPECT_THAT(names(sample.temperatures),
              ElementsAre("CPU", "Tboard", "SOC2", "Tdiode", "SOC0", "GPU", "tj", "SOC1"));
  EXPECT_EQ(hottest(sample.temperatures), 51.5);

  ASSERT_EQ(sample.rails.size(), 4u);
  EXPECT_EQ(sample.rails[0].name, "VDD_GPU_SOC");
  EXPECT_EQ(sample.rails[0].mw, 6383);
  EXPECT_EQ(sample.rails[0].mean_mw, 3987);
  // Without the rail that is fed by VIN_SYS_5V0.
  EXPECT_DOUBLE_EQ(*sample.power_w(), 6.383 + 1.592 + 4.440);
}

TEST(Tegrastats, JetPack6OnOrinNano) {
  std::uint64_t skipped = 0;
  const auto samples = read_log("jetpack6-orin-nano.log", &skipped);
  ASSERT_EQ(samples.size(), 2u);
  EXPECT_EQ(skipped, 1u);  // the line from elsewhere; the empty one does not count
  const TegraSample& sample = samples[1];
  EXPECT_EQ(sample.timestamp, "07-10-2024 12:00:02");
  EXPECT_EQ(sample.swap->used_bytes, 5 * kMiB);
  ASSERT_EQ(sample.cores.size(), 6u);
  EXPECT_FALSE(sample.cores[5].online);
  EXPECT_DOUBLE_EQ(*sample.gpu->utilisation, 0.99);
  EXPECT_THAT(sample.gpu->mhz, ElementsAre(624));
  EXPECT_EQ(hottest(sample.temperatures), 52.406);
  // The input rail alone: the others are fed by it.
  EXPECT_DOUBLE_EQ(*sample.power_w(), 9.120);
}

TEST(Tegrastats, JetPack4WithoutUnitsAndTimestamp) {
  const auto tx2 = read_log("jetpack4-tx2.log");
  ASSERT_EQ(tx2.size(), 1u);
  EXPECT_EQ(tx2[0].timestamp, "");
  EXPECT_FALSE(tx2[0].cores[1].online);
  EXPECT_EQ(tx2[0].rails.size(), 6u);
  EXPECT_DOUBLE_EQ(*tx2[0].power_w(), 3.056);
  EXPECT_EQ(tx2[0].rails[3].mean_mw, 3107);
  EXPECT_EQ(hottest(tx2[0].temperatures), 37);  // not the PMIC's constant 100

  const auto nano = read_log("jetpack4-nano.log");
  ASSERT_EQ(nano.size(), 1u);
  EXPECT_DOUBLE_EQ(nano[0].cores[3].utilisation, 1.0);
  EXPECT_THAT(nano[0].gpu->mhz, ElementsAre(921));
  EXPECT_THAT(names(nano[0].engines), ElementsAre("NVENC", "VIC", "APE"));
  EXPECT_DOUBLE_EQ(*nano[0].power_w(), 4.291);
}

TEST(Tegrastats, TakesPartsInAnyOrderAndSkipsUnknownOnes) {
  const auto sample = parse_tegrastats(
      "NEW_THING x=1 (more of it) gpu@40C CPU [5%,off] 17 RAM 1/2GB GR3D_FREQ @[305,306] VDD_IN "
      "1000mW/900mW tail");
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->ram->total_bytes, 2048 * kMiB);
  EXPECT_TRUE(sample->cores[0].online);
  EXPECT_FALSE(sample->cores[0].mhz);
  EXPECT_FALSE(sample->gpu->utilisation);
  EXPECT_THAT(sample->gpu->mhz, ElementsAre(305, 306));
  EXPECT_EQ(sample->temperatures.size(), 1u);
  EXPECT_EQ(sample->rails.size(), 1u);
}

TEST(Tegrastats, KeepsWhatIsGoodOfADamagedLine) {
  const auto sample =
      parse_tegrastats("RAM 12/MB CPU [7%@100,garbage] GR3D_FREQ 500x cpu@C VDD_IN /");
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_FALSE(sample->ram);
  ASSERT_EQ(sample->cores.size(), 2u);
  EXPECT_FALSE(sample->cores[1].online);
  EXPECT_FALSE(sample->gpu);
  EXPECT_TRUE(sample->temperatures.empty());
  EXPECT_FALSE(sample->power_w());
}

TEST(Tegrastats, RefusesOtherText) {
  for (const char* line : {"", "hello", "RAM", "CPU []", "(unclosed", "RAM lots CPU none"}) {
    const auto sample = parse_tegrastats(line);
    ASSERT_FALSE(sample) << line;
    EXPECT_THAT(sample.error().message, HasSubstr("not a line of tegrastats"));
  }
}

}  // namespace
}  // namespace sluice::monitor
