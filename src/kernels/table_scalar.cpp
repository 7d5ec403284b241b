// The reference table: plain C++.
#include "kernels/simd_scalar.h"

// After the Simd type, of which the table is made.
#include "kernels/make_table.h"
#include "kernels/tables.h"

namespace ashlar::kernels {

const KernelTable scalar_table = make_table("scalar");

}  // namespace ashlar::kernels
