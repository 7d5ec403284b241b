// The table for AVX-512 with VNNI.
#include "kernels/simd_avx512.h"

// After the Simd type, of which the table is made.
#include "kernels/make_table.h"
#include "kernels/tables.h"

namespace ashlar::kernels {

const KernelTable avx512_table = make_table("avx512");

}  // namespace ashlar::kernels
