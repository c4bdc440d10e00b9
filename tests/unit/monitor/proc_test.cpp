#include "monitor/proc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::monitor {
namespace {

TEST(Stat, CountsEverythingButIdleAndIowaitAsBusy) {
  const CpuStat stat = parse_stat("cpu  1 2 3 4 5 6 7 8 9 10\n");
  ASSERT_TRUE(stat.all);
  EXPECT_EQ(stat.all->total, 36u);  // guest times are part of user and nice already
  EXPECT_EQ(stat.all->busy, 27u);
}

TEST(Stat, KeepsCoresByNumberAndLeavesOfflineOnesAbsent) {
  const CpuStat stat = parse_stat("cpu0 1 0 0 9\ncpu2 2 0 0 8 0 0 0 0\nintr 5\n");
  EXPECT_FALSE(stat.all);
  ASSERT_EQ(stat.cores.size(), 3u);
  EXPECT_EQ(stat.cores[0]->busy, 1u);
  EXPECT_FALSE(stat.cores[1]);
  EXPECT_EQ(stat.cores[2]->busy, 2u);
}

TEST(Stat, IgnoresMalformedLines) {
  const CpuStat stat = parse_stat(
      "cpu 1 2 x\ncpu9999999999 1 2 3 4\ncpu100000 1 2 3 4\ncpuX 1 2 3 4\n"
      "cpu1 18446744073709551615 1 0 0\n");
  EXPECT_FALSE(stat.all);
  ASSERT_LE(stat.cores.size(), 2u);
  for (const auto& core : stat.cores) EXPECT_FALSE(core);
}

TEST(Utilisation, IsTheBusyShareOfTheTimeBetween) {
  EXPECT_DOUBLE_EQ(*utilisation({100, 1000}, {130, 1040}), 0.75);
  EXPECT_DOUBLE_EQ(*utilisation({100, 1000}, {100, 1040}), 0.0);
  EXPECT_DOUBLE_EQ(*utilisation({100, 1000}, {141, 1040}), 1.0);
}

TEST(Utilisation, NeedsTimeToPassAndCountersToGrow) {
  EXPECT_FALSE(utilisation({100, 1000}, {100, 1000}));
  EXPECT_FALSE(utilisation({100, 1000}, {50, 1100}));
  EXPECT_FALSE(utilisation({100, 1000}, {110, 900}));
}

TEST(Meminfo, GivesBytes) {
  const auto memory = parse_meminfo(
      "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 400 kB\nSwapTotal: 50 kB\nSwapFree: 20 "
      "kB\n");
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total_bytes, 1000u * 1024);
  EXPECT_EQ(memory->available_bytes, 400u * 1024);
  EXPECT_EQ(memory->swap_total_bytes, 50u * 1024);
  EXPECT_EQ(memory->swap_free_bytes, 20u * 1024);
}

TEST(Meminfo, NeedsTotalAndAvailable) {
  EXPECT_FALSE(parse_meminfo(""));
  EXPECT_FALSE(parse_meminfo("MemTotal: 1000 kB\n"));
  EXPECT_FALSE(parse_meminfo("MemTotal: 1000 kB\nMemAvailable: many kB\n"));
  EXPECT_FALSE(parse_meminfo("MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB\n"));
}

TEST(NetDev, ReadsBytesOfBothDirections) {
  const auto interfaces = parse_net_dev(
      "Inter-|   Receive  |  Transmit\n face |bytes packets|bytes\n"
      "  eth0:11 2 0 0 0 0 0 0 99 1 0 0 0 0 0 0\n"
      "br-lan: 12 2 0 0 0 0 0 0 98 1 0 0 0 0 0 0\n"
      " bad0: 1 2 3\n");
  ASSERT_EQ(interfaces.size(), 2u);
  EXPECT_EQ(interfaces[0].name, "eth0");
  EXPECT_EQ(interfaces[0].received, 11u);
  EXPECT_EQ(interfaces[0].sent, 99u);
  EXPECT_EQ(interfaces[1].name, "br-lan");
}

TEST(Loadavg, ReadsThreeAverages) {
  const auto load = parse_loadavg("0.52 1.25 2.00 3/612 48213\n");
  ASSERT_TRUE(load);
  EXPECT_THAT(*load, testing::ElementsAre(0.52, 1.25, 2.0));
  EXPECT_FALSE(parse_loadavg("0.52 1.25"));
  EXPECT_FALSE(parse_loadavg("nan inf -1"));
}

TEST(ProcessTicks, AreUserAndSystemTimeWhateverTheNameHolds) {
  EXPECT_EQ(parse_process_ticks("1 (a) b) R 3) S 1 2 3 0 -1 4 5 0 6 0 250 50 0 0 20\n"), 300u);
  EXPECT_FALSE(parse_process_ticks("1 (a) S 1 2 3 0 -1 4 5 0 6 0 250"));
  EXPECT_FALSE(parse_process_ticks("no parentheses"));
}

TEST(ProcessStatus, ReadsMemoryAndAffinity) {
  const ProcessStatus status = parse_process_status("VmRSS:\t 100 kB\nCpus_allowed_list:\t0-3,6\n");
  EXPECT_EQ(status.rss_bytes, 102400u);
  EXPECT_EQ(status.allowed_cpus, 5u);
}

TEST(CpuList, CountsRanges) {
  EXPECT_EQ(count_cpu_list("0"), 1u);
  EXPECT_EQ(count_cpu_list("0-7\n"), 8u);
  EXPECT_EQ(count_cpu_list("0,2-3,5"), 4u);
}

TEST(CpuList, RefusesNonsense) {
  for (const char* list : {"", "x", "3-1", "1-", "-1", "0-4294967295", "0,,1"}) {
    EXPECT_FALSE(count_cpu_list(list)) << list;
  }
}

}  // namespace
}  // namespace sluice::monitor
