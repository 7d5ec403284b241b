#include "base/cgroup.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>

namespace ashlar::base {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Nothing for "max", "-1" (v1's word for it) or a missing file.
std::optional<std::uint64_t> integer(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

std::optional<double> cpus(std::optional<std::uint64_t> quota,
                           std::optional<std::uint64_t> period) {
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

template <class T>
void lower(std::optional<T>& limit, std::optional<T> other) {
  if (other) limit = limit ? std::min(*limit, *other) : *other;
}

void lower_v2(CgroupLimits& limits, const std::string& folder) {
  const std::string line = first_line(folder + "/cpu.max");  // "QUOTA PERIOD" in microseconds
  const std::size_t space = line.find(' ');
  if (space != line.npos) lower(limits.cpus, cpus(integer(line), integer(line.substr(space + 1))));
  lower(limits.memory, integer(first_line(folder + "/memory.max")));
}

void lower_v1_cpu(CgroupLimits& limits, const std::string& folder) {
  lower(limits.cpus, cpus(integer(first_line(folder + "/cpu.cfs_quota_us")),
                          integer(first_line(folder + "/cpu.cfs_period_us"))));
}

void lower_v1_memory(CgroupLimits& limits, const std::string& folder) {
  constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 62;  // v1 writes a number near 2^63
  const auto bytes = integer(first_line(folder + "/memory.limit_in_bytes"));
  if (bytes && *bytes < kNoLimit) lower(limits.memory, bytes);
}

// By the group's folder and those above it. A container may show a path that only its host has:
// what is not there says nothing.
void lower_upwards(CgroupLimits& limits, const std::string& mount, std::string path,
                   void (*lower_by)(CgroupLimits&, const std::string& folder)) {
  while (path.size() > 1) {
    lower_by(limits, mount + path);
    path.erase(path.rfind('/'));
  }
  lower_by(limits, mount);
}

bool names(std::string_view controllers, std::string_view controller) {
  for (std::size_t at = 0; at <= controllers.size();) {
    const std::size_t end = std::min(controllers.find(',', at), controllers.size());
    if (controllers.substr(at, end - at) == controller) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

CgroupLimits cgroup_limits(const std::string& root) {
  CgroupLimits limits;
  const std::string mount = root + "/sys/fs/cgroup";
  std::ifstream memberships(root + "/proc/self/cgroup");  // ID:CONTROLLERS:PATH; v2 is 0::PATH
  for (std::string line; std::getline(memberships, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos || line.compare(second + 1, 1, "/") != 0) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) lower_upwards(limits, mount, path, lower_v2);
    if (names(controllers, "cpu")) lower_upwards(limits, mount + "/cpu", path, lower_v1_cpu);
    if (names(controllers, "memory"))
      lower_upwards(limits, mount + "/memory", path, lower_v1_memory);
  }
  return limits;
}

}  // namespace ashlar::base
