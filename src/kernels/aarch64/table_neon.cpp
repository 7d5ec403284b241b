// The table for NEON.
#include "kernels/simd_neon.h"

// After the Simd type, of which the table is made.
#include "kernels/make_table.h"
#include "kernels/tables.h"

namespace ashlar::kernels {

const KernelTable neon_table = make_table("neon");

}  // namespace ashlar::kernels
