// Sums and the maximum of eight lanes, by halves: lane i and i + 4, then 2, then 1. What AVX2 ends
// with, and AVX-512 once its halves are one.
#pragma once

#ifndef ASHLAR_EMULATED_AVX512
#include <immintrin.h>
#endif
#include <stdint.h>

namespace ashlar::kernels {
namespace {

inline float sum_of_eight(__m256 a) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

inline float largest_of_eight(__m256 a) {
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

}  // namespace
}  // namespace ashlar::kernels
