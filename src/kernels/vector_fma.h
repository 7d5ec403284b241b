// Vectors as GCC and Clang have them for every little-endian processor, and a fused multiply-add of
// f32 where the processor has none. Knows nothing of kernels.
#pragma once

#include <stdint.h>

namespace ashlar::kernels {
namespace {

template <class T, int N>
struct VectorOf {
  typedef T type __attribute__((vector_size(N * sizeof(T))));
};
template <class T, int N>
using Vector = typename VectorOf<T, N>::type;

using F32x4 = Vector<float, 4>;
using F64x2 = Vector<double, 2>;

[[gnu::noinline, gnu::cold]] inline F32x4 fma_by_lane(F32x4 a, F32x4 b, F32x4 c) {
  for (int i = 0; i < 4; ++i) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return c;
}

// a × b + c rounded once, though through f64. There the product of two f32 is exact, so the sum is
// rounded to 53 bits and then to 24. Both together are one rounding unless the first gives a middle
// between two f32: its last 29 bits are then 1 and zeros, or, of a subnormal, more of them. Such
// lanes are rare, and are computed one by one.
inline F32x4 fma_by_f64(F32x4 a, F32x4 b, F32x4 c) {
  const auto low = [](F32x4 v) {
    const auto wide = __builtin_convertvector(v, Vector<double, 4>);
    return __builtin_shufflevector(wide, wide, 0, 1);
  };
  const auto high = [](F32x4 v) {
    const auto wide = __builtin_convertvector(v, Vector<double, 4>);
    return __builtin_shufflevector(wide, wide, 2, 3);
  };
  const F64x2 s01 = low(a) * low(b) + low(c), s23 = high(a) * high(b) + high(c);
  using Words = Vector<uint32_t, 4>;
  const Words last = __builtin_shufflevector(reinterpret_cast<Words>(s01),
                                             reinterpret_cast<Words>(s23), 0, 2, 4, 6);
  const F32x4 sum = __builtin_convertvector(__builtin_shufflevector(s01, s23, 0, 1, 2, 3), F32x4);
  const auto size = reinterpret_cast<F32x4>(reinterpret_cast<Words>(sum) & 0x7fffffffu);
  const auto doubtful =
      reinterpret_cast<Vector<int64_t, 2>>((last << 3 == 0x80000000u) | (size <= 0x1p-126f));
  if (__builtin_expect((doubtful[0] | doubtful[1]) != 0, 0)) return fma_by_lane(a, b, c);
  return sum;
}

}  // namespace
}  // namespace ashlar::kernels
