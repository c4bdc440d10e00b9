#include "monitor/cgroup.hpp"

#include <gtest/gtest.h>

#include "machine.hpp"

namespace sluice::monitor {
namespace {

TEST(Cgroup, FindsTheProcessInBothVersions) {
  const CgroupPaths paths = parse_cgroup_paths(
      "12:memory:/docker/a\n7:cpu,cpuacct:/docker/b\n3:cpuset:/c\n1:name=systemd:/d\n0::/e:f\n");
  EXPECT_EQ(paths.unified, "/e:f");
  EXPECT_EQ(paths.cpu, "/docker/b");
  EXPECT_EQ(paths.memory, "/docker/a");
}

TEST(Cgroup, ReadsCpuMax) {
  EXPECT_DOUBLE_EQ(*parse_cpu_max("150000 100000\n"), 1.5);
  EXPECT_FALSE(parse_cpu_max("max 100000\n"));
  EXPECT_FALSE(parse_cpu_max("100000"));
  EXPECT_FALSE(parse_cpu_max("100000 0"));
  EXPECT_FALSE(parse_cpu_max("-1 100000"));
}

TEST(Cgroup, TakesTheStrictestLimitOfAllLevels) {
  const Machine machine("container-v2");
  const CgroupLimits limits = read_cgroup_limits(machine.root());
  ASSERT_TRUE(limits.cpus);
  EXPECT_DOUBLE_EQ(*limits.cpus, 1.5);
  EXPECT_EQ(limits.memory_bytes, 1073741824u);

  machine.write("sys/fs/cgroup/kubepods/cpu.max", "50000 100000\n");
  EXPECT_DOUBLE_EQ(*read_cgroup_limits(machine.root()).cpus, 0.5);
}

// In a container the mount shows its own group at the top, while /proc names the host's path.
TEST(Cgroup, ReadsVersionOneBehindAHiddenPath) {
  const Machine machine("container-v1");
  const CgroupLimits limits = read_cgroup_limits(machine.root());
  ASSERT_TRUE(limits.cpus);
  EXPECT_DOUBLE_EQ(*limits.cpus, 2.5);
  EXPECT_EQ(limits.memory_bytes, 536870912u);
}

TEST(Cgroup, KnowsNoLimitInVersionOne) {
  const Machine machine("container-v1");
  machine.write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  machine.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  const CgroupLimits limits = read_cgroup_limits(machine.root());
  EXPECT_FALSE(limits.cpus);
  EXPECT_FALSE(limits.memory_bytes);
}

TEST(Cgroup, DoesNotLeaveTheMount) {
  const Machine machine;
  machine.write("proc/self/cgroup", "0::/../../secret\n");
  machine.write("secret/cpu.max", "1000 100000\n");
  EXPECT_FALSE(read_cgroup_limits(machine.root()).cpus);
}

TEST(Cgroup, IsAbsentWithoutFiles) {
  const Machine machine;
  const CgroupLimits limits = read_cgroup_limits(machine.root());
  EXPECT_FALSE(limits.cpus);
  EXPECT_FALSE(limits.memory_bytes);
}

}  // namespace
}  // namespace sluice::monitor
