// The tables that this build holds. Private to the module: see kernels/kernel_table.h.
#pragma once

#include "kernels/kernel_table.h"

namespace ashlar::kernels {

extern const KernelTable scalar_table;
extern const KernelTable avx2_table;    // x86-64 builds
extern const KernelTable avx512_table;  // x86-64 builds

}  // namespace ashlar::kernels
