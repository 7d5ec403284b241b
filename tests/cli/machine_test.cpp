#include "cli/machine.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace ashlar::cli {
namespace {

class MachineTest : public testing::Test {
 protected:
  MachineTest() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "ashlar-machine-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~MachineTest() override { std::filesystem::remove_all(root_); }

  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ + path).substr(0, (root_ + path).rfind('/')));
    std::ofstream(root_ + path) << text;
  }
  std::string root_;
};

TEST_F(MachineTest, ReadsWhatTheKernelSays) {
  put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: A CPU @ 2.0GHz\n\nmodel name\t: second\n");
  put("/proc/meminfo", "MemTotal:       1000 kB\nMemAvailable:    250 kB\n");
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/cpu.max", "150000 100000\n");
  put("/sys/fs/cgroup/memory.max", "4096\n");
  const Machine machine = examine_machine(root_);
  EXPECT_EQ(machine.cpu, "A CPU @ 2.0GHz");
  EXPECT_EQ(machine.memory, 1'024'000u);
  EXPECT_EQ(machine.memory_available, 256'000u);
  EXPECT_EQ(machine.cgroup.cpus, 1.5);
  EXPECT_EQ(machine.cgroup.memory, 4096u);
}

TEST_F(MachineTest, MissingFilesAreUnknown) {
  const Machine machine = examine_machine(root_);
  EXPECT_EQ(machine.cpu, "");
  EXPECT_EQ(machine.memory, 0u);
  EXPECT_FALSE(machine.cgroup.cpus);
}

TEST_F(MachineTest, OddTextIsUnknownToo) {
  put("/proc/meminfo", "MemTotal\nMemTotal: many kB\n");
  const Machine machine = examine_machine(root_);
  EXPECT_EQ(machine.memory, 0u);
}

TEST(Machine, ThisOneHasAtLeastOneCpu) {
  EXPECT_GE(examine_machine().affinity, 1u);
}

}  // namespace
}  // namespace ashlar::cli
