// A processor for which there is no table of its own.
#include "kernels/tables.h"

namespace ashlar::kernels {

std::vector<BuiltIn> built_in_tables() {
  return {{&scalar_table, true}};
}

}  // namespace ashlar::kernels
