// What the control groups that this process is in let it have: CPU time and memory. A group's limit
// holds for all below it, so the smallest on the way to the root counts. Source: cgroups(7), the
// kernel's cgroup-v2 and cgroup-v1 documentation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ashlar::base {

struct CgroupLimits {
  std::optional<double> cpus;           // CPUs' worth of time
  std::optional<std::uint64_t> memory;  // bytes
};

// `root` stands before /proc and /sys, so that a test can show another machine.
CgroupLimits cgroup_limits(const std::string& root = {});

}  // namespace ashlar::base
