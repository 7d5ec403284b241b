#include "cli/machine.h"

#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace ashlar::cli {
namespace {

using MachineTest = test::TempFolder;

TEST_F(MachineTest, ReadsWhatTheKernelSays) {
  put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: A CPU @ 2.0GHz\n\nmodel name\t: second\n");
  put("/proc/meminfo", "MemTotal:       1000 kB\nMemAvailable:    250 kB\n");
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
  put("/sys/fs/cgroup/memory.max", "4096\n");
  const Machine machine = examine_machine(root());
  EXPECT_EQ(machine.cpu, "A CPU @ 2.0GHz");
  EXPECT_EQ(machine.memory, 1'024'000u);
  EXPECT_EQ(machine.memory_available, 256'000u);
  EXPECT_EQ(machine.cgroup.cpus, 1.5);
  EXPECT_EQ(machine.cgroup.memory, 4096u);
}

TEST_F(MachineTest, MissingFilesAreUnknown) {
  const Machine machine = examine_machine(root());
  EXPECT_EQ(machine.cpu, "");
  EXPECT_EQ(machine.memory, 0u);
  EXPECT_FALSE(machine.cgroup.cpus);
}

TEST_F(MachineTest, OddTextIsUnknownToo) {
  put("/proc/meminfo", "MemTotal\nMemTotal: many kB\n");
  const Machine machine = examine_machine(root());
  EXPECT_EQ(machine.memory, 0u);
}

TEST(Machine, ThisOneHasAtLeastOneCpu) {
  EXPECT_GE(examine_machine().affinity, 1u);
}

}  // namespace
}  // namespace ashlar::cli
