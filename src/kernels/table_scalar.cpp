// The reference table: plain C++.
#include "kernels/simd_scalar.h"
// The order matters: the table is made of the Simd type before it.
#include "kernels/make_table.h"
#include "kernels/tables.h"

namespace ashlar::kernels {

const KernelTable scalar_table = make_table("scalar");

}  // namespace ashlar::kernels
