// The one place that picks an instruction set.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "kernels/tables.h"

namespace ashlar::kernels {
namespace {

struct Candidate {
  const KernelTable* table;
  bool usable;
};

// The plainest first.
const std::vector<Candidate>& candidates() {
  static const std::vector<Candidate> list = [] {
    std::vector<Candidate> found = {{&scalar_table, true}};
#if defined(__x86_64__)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                      __builtin_cpu_supports("f16c");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
    found.push_back({&avx2_table, avx2});
    found.push_back({&avx512_table, avx512});
#endif
    return found;
  }();
  return list;
}

}  // namespace

std::span<const KernelTable* const> available() {
  static const std::vector<const KernelTable*> tables = [] {
    std::vector<const KernelTable*> usable;
    for (const Candidate& c : candidates())
      if (c.usable) usable.push_back(c.table);
    return usable;
  }();
  return tables;
}

std::span<const std::string_view> built_in() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Candidate& c : candidates()) all.push_back(c.table->name);
    return all;
  }();
  return names;
}

Result<const KernelTable*> choose() {
  const char* wanted = std::getenv("ASHLAR_ISA");
  if (!wanted || !*wanted) return available().back();
  for (const KernelTable* table : available())
    if (table->name == wanted) return table;
  std::vector<std::string_view> names;
  for (const KernelTable* table : available()) names.push_back(table->name);
  for (const std::string_view name : built_in())
    if (name == wanted)
      return fail(ErrorKind::bad_input,
                  fmt::format("this machine lacks the instructions of '{}'", wanted), "ASHLAR_ISA",
                  fmt::format("unset it or use one of: {}", fmt::join(names, ", ")));
  return fail(ErrorKind::bad_input, fmt::format("unknown instruction set '{}'", wanted),
              "ASHLAR_ISA", fmt::format("unset it or use one of: {}", fmt::join(names, ", ")));
}

std::string_view kernel_of(const KernelTable& table, tensor::Dtype dtype) {
  const auto type = static_cast<std::size_t>(dtype);
  if (table.int8[type]) return "int8";
  return table.f32[type] ? "f32" : "dequantized";
}

}  // namespace ashlar::kernels
