// The tables that this build holds. Private to the module: see kernels/kernel_table.h.
#pragma once

#include <vector>

#include "kernels/kernel_table.h"

namespace ashlar::kernels {

extern const KernelTable scalar_table;
extern const KernelTable avx2_table;    // x86-64 builds
extern const KernelTable avx512_table;  // x86-64 builds
extern const KernelTable neon_table;    // AArch64 builds

struct BuiltIn {
  const KernelTable* table;
  bool usable;  // on this machine
};

// The plainest first. Each processor family has its own, in a folder that only its builds compile.
std::vector<BuiltIn> built_in_tables();

}  // namespace ashlar::kernels
