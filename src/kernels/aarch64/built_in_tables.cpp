// Every ARMv8-A processor has NEON.
#include "kernels/tables.h"

namespace ashlar::kernels {

std::vector<BuiltIn> built_in_tables() {
  return {{&scalar_table, true}, {&neon_table, true}};
}

}  // namespace ashlar::kernels
