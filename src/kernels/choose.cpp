// The one place that picks an instruction set.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "kernels/tables.h"

namespace ashlar::kernels {
namespace {

const std::vector<BuiltIn>& candidates() {
  static const std::vector<BuiltIn> list = built_in_tables();
  return list;
}

}  // namespace

std::span<const KernelTable* const> available() {
  static const std::vector<const KernelTable*> tables = [] {
    std::vector<const KernelTable*> usable;
    for (const BuiltIn& c : candidates())
      if (c.usable) usable.push_back(c.table);
    return usable;
  }();
  return tables;
}

std::span<const std::string_view> built_in() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const BuiltIn& c : candidates()) all.push_back(c.table->name);
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
