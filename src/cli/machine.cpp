#include "cli/machine.h"

#include <charconv>
#include <fstream>

#include "base/thread_pool.h"

namespace ashlar::cli {
namespace {

// The text behind "key   : " of the first line that begins with key; empty when there is none.
std::string field(const std::string& path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == line.npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == line.npos ? "" : line.substr(begin);
  }
  return {};
}

// In bytes; 0 when the line is missing or holds no number.
std::uint64_t kilobytes(const std::string& meminfo, std::string_view key) {
  const std::string text = field(meminfo, key);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value * 1024;
}

}  // namespace

Machine examine_machine(const std::string& root) {
  const std::string meminfo = root + "/proc/meminfo";
  Machine machine;
  machine.cpu = field(root + "/proc/cpuinfo", "model name");
  machine.affinity = static_cast<unsigned>(base::allowed_cpus().size());
  machine.memory = kilobytes(meminfo, "MemTotal");
  machine.memory_available = kilobytes(meminfo, "MemAvailable");
  machine.cgroup = base::cgroup_limits(root);
  return machine;
}

}  // namespace ashlar::cli
