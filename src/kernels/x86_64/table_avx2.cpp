// The table for AVX2 with FMA and F16C.
#include "kernels/simd_avx2.h"

// After the Simd type, of which the table is made.
#include "kernels/make_table.h"
#include "kernels/tables.h"

namespace ashlar::kernels {

const KernelTable avx2_table = make_table("avx2");

}  // namespace ashlar::kernels
