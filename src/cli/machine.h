// What the operating system says of this machine, for a person to read: nothing computes with it.
// Source: proc(5).
#pragma once

#include <cstdint>
#include <string>

#include "base/cgroup.h"

namespace ashlar::cli {

struct Machine {
  std::string cpu;        // model name; empty when unknown
  unsigned affinity = 0;  // CPUs that we may run on
  base::CgroupLimits cgroup;
  std::uint64_t memory = 0;            // bytes
  std::uint64_t memory_available = 0;  // bytes
};

// `root` stands before /proc and /sys, so that a test can show another machine.
Machine examine_machine(const std::string& root = {});

}  // namespace ashlar::cli
