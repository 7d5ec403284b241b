// What an x86-64 processor may or may not have beyond its baseline.
#include "kernels/tables.h"

namespace ashlar::kernels {

std::vector<BuiltIn> built_in_tables() {
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("f16c");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
  return {{&scalar_table, true}, {&avx2_table, avx2}, {&avx512_table, avx512}};
}

}  // namespace ashlar::kernels
