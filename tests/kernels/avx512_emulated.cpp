// The AVX-512 kernels over SIMDe: their logic runs on every machine that builds the tests. What
// SIMDe 0.7.4 lacks stands here, lane by lane.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>

namespace {

// Applies an operation to each of the 16 lanes of a vector.
template <class To, class From, class Out, class In, class Operation>
To lanes16(In in, Operation operation) {
  From from[16];
  Out to[16];
  static_assert(sizeof from == sizeof in && sizeof to == sizeof(To));
  __builtin_memcpy(from, &in, sizeof from);
  for (int i = 0; i < 16; ++i) to[i] = operation(from[i]);
  To out;
  __builtin_memcpy(&out, to, sizeof to);
  return out;
}

__m512i emulated_cvtepu16_epi32(__m256i a) {
  return lanes16<__m512i, uint16_t, int32_t>(a, [](uint16_t v) { return int32_t{v}; });
}
__m512i emulated_cvtepi8_epi32(__m128i a) {
  return lanes16<__m512i, int8_t, int32_t>(a, [](int8_t v) { return int32_t{v}; });
}
__m512i emulated_srai_epi32(__m512i a, unsigned n) {
  return lanes16<__m512i, int32_t, int32_t>(a, [n](int32_t v) { return v >> n; });
}
__m512 emulated_cvtepi32_ps(__m512i a) {
  return lanes16<__m512, int32_t, float>(a, [](int32_t v) { return static_cast<float>(v); });
}
__m512 emulated_cvtph_ps(__m256i a) {
  return lanes16<__m512, uint16_t, float>(
      a, [](uint16_t v) { return simde_float16_to_float32(simde_uint16_as_float16(v)); });
}

// SIMDe multiplies, rounds and adds; the instruction rounds once.
__m512 emulated_fmadd_ps(__m512 a, __m512 b, __m512 c) {
  float x[16], y[16], z[16];
  __builtin_memcpy(x, &a, sizeof x);
  __builtin_memcpy(y, &b, sizeof y);
  __builtin_memcpy(z, &c, sizeof z);
  for (int i = 0; i < 16; ++i) x[i] = __builtin_fmaf(x[i], y[i], z[i]);
  __builtin_memcpy(&a, x, sizeof x);
  return a;
}

}  // namespace

#undef _mm512_fmadd_ps
#define _mm512_fmadd_ps emulated_fmadd_ps
#define _mm512_cvtepu16_epi32 emulated_cvtepu16_epi32
#define _mm512_cvtepi8_epi32 emulated_cvtepi8_epi32
#define _mm512_srai_epi32 emulated_srai_epi32
#define _mm512_cvtepi32_ps emulated_cvtepi32_ps
#undef _mm512_cvtph_ps
#define _mm512_cvtph_ps emulated_cvtph_ps

#include "kernels/simd_f16.h"

namespace {

__m256i emulated_cvtps_ph(__m512 a, int) {
  return lanes16<__m256i, float, uint16_t>(a, ashlar::kernels::f32_to_f16);
}

}  // namespace

#undef _mm512_cvtps_ph
#define _mm512_cvtps_ph emulated_cvtps_ph

#define ASHLAR_EMULATED_AVX512
#include "kernels/simd_avx512.h"

// After the Simd type, of which the table is made.
#include "kernels/make_table.h"

namespace ashlar::kernels {

extern const KernelTable avx512_emulated_table;
const KernelTable avx512_emulated_table = make_table("avx512_emulated");

}  // namespace ashlar::kernels
