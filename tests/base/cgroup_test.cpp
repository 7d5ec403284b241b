#include "base/cgroup.h"

#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace ashlar::base {
namespace {

class Cgroup : public test::TempFolder {
 protected:
  void groups(const std::string& text) { put("/proc/self/cgroup", text); }
  CgroupLimits limits() { return cgroup_limits(root()); }
};

TEST_F(Cgroup, ARootGroupIsAContainersOwn) {
  groups("0::/\n");
  put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
  put("/sys/fs/cgroup/memory.max", "4096\n");
  EXPECT_EQ(limits().cpus, 1.5);
  EXPECT_EQ(limits().memory, 4096u);
}

TEST_F(Cgroup, TheSmallestLimitOnTheWayToTheRootCounts) {
  groups("0::/system.slice/ashlar.service\n");
  put("/sys/fs/cgroup/system.slice/ashlar.service/cpu.max", "max 100000\n");
  put("/sys/fs/cgroup/system.slice/ashlar.service/memory.max", "1000\n");
  put("/sys/fs/cgroup/system.slice/cpu.max", "50000 100000\n");
  put("/sys/fs/cgroup/system.slice/memory.max", "2000\n");
  EXPECT_EQ(limits().cpus, 0.5);
  EXPECT_EQ(limits().memory, 1000u);
}

TEST_F(Cgroup, AnotherGroupsLimitIsNotOurs) {
  groups("0::/ours\n");
  put("/sys/fs/cgroup/theirs/cpu.max", "10000 100000\n");
  EXPECT_FALSE(limits().cpus);
}

TEST_F(Cgroup, APathOfTheHostFallsBackToWhatIsMounted) {
  groups("0::/docker/0123/../../elsewhere\n");
  put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(limits().cpus, 2.0);
}

TEST_F(Cgroup, VersionOneSpeaksInFilesOfItsControllers) {
  groups("4:memory:/box\n3:cpu,cpuacct:/box\n2:cpuset:/box\n");
  put("/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "300000\n");
  put("/sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put("/sys/fs/cgroup/memory/box/memory.limit_in_bytes", "8192\n");
  put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(limits().cpus, 3.0);
  EXPECT_EQ(limits().memory, 8192u);
}

TEST_F(Cgroup, VersionOneWithoutALimitHasNone) {
  groups("1:cpu:/\n2:memory:/\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_FALSE(limits().cpus);
  EXPECT_FALSE(limits().memory);
}

TEST_F(Cgroup, OddTextSaysNothing) {
  for (const char* odd : {"", "max", "max 100000", "100", "100 0", "x y", "-5 100000"}) {
    groups("0::/\nnonsense\n7:\n8:cpu\n");
    put("/sys/fs/cgroup/cpu.max", odd);
    EXPECT_FALSE(limits().cpus) << odd;
  }
}

TEST_F(Cgroup, NoGroupsNoLimits) {
  EXPECT_FALSE(limits().cpus);
  EXPECT_FALSE(limits().memory);
}

}  // namespace
}  // namespace ashlar::base
