// The Simd type on AVX-512 (F, BW, DQ, VL) with VNNI: sixteen lanes. A unit that defines
// ASHLAR_EMULATED_AVX512 brings the intrinsics itself (tests/kernels/avx512_emulated.cpp).
#pragma once

#ifndef ASHLAR_EMULATED_AVX512
#include <immintrin.h>
#endif
#include <stdint.h>

#include "kernels/simd_eight.h"

namespace ashlar::kernels {
namespace {

struct Simd {
  static constexpr int width = 16;
  // That the int8 kernels take at once: two halve the broadcasts, which are what bounds one.
  static constexpr int tiles = 2;
  static constexpr int queries = 6, sums = 24;  // of attention, at once and in registers
  static constexpr int row_block = 12;
  using F = __m512;
  using I = __m512i;

  static F zero() { return _mm512_setzero_ps(); }
  static F set1(float x) { return _mm512_set1_ps(x); }
  static F load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, F x) { _mm512_storeu_ps(p, x); }
  static F load_f16(const void* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(p)));
  }
  static void store_f16(uint16_t* p, F x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p),
                        _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static F set1_f16(const uint16_t* p) {
    return _mm512_cvtph_ps(_mm256_set1_epi16(static_cast<int16_t>(*p)));
  }
  static F load_i8(const int8_t* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
  }
  static F load_bf16(const void* p) {
    const __m256i half = _mm256_loadu_si256(static_cast<const __m256i*>(p));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
  }
  static F add(F a, F b) { return _mm512_add_ps(a, b); }
  static F sub(F a, F b) { return _mm512_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm512_mul_ps(a, b); }
  static F div(F a, F b) { return _mm512_div_ps(a, b); }
  static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
  static F max(F a, F b) { return _mm512_max_ps(a, b); }
  static F min(F a, F b) { return _mm512_min_ps(a, b); }
  static F abs(F a) { return as_float(and_i(as_int(a), set1_i(0x7fffffff))); }
  static F select_less(F a, F b, F yes, F no) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
  }
  static float sum(F a) { return sum_of_eight(_mm256_add_ps(low_half(a), high_half(a))); }
  static float largest(F a) { return largest_of_eight(_mm256_max_ps(low_half(a), high_half(a))); }

  static I set1_i(int32_t x) { return _mm512_set1_epi32(x); }
  static I load_i(const void* p) { return _mm512_loadu_si512(p); }
  static void store_i(void* p, I a) { _mm512_storeu_si512(p, a); }
  static void store_i8(int8_t* p, I a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtsepi32_epi8(a));
  }
  static I add_i(I a, I b) { return _mm512_add_epi32(a, b); }
  static I sub_i(I a, I b) { return _mm512_sub_epi32(a, b); }
  static I mul_i(I a, I b) { return _mm512_mullo_epi32(a, b); }
  static I xor_i(I a, I b) { return _mm512_xor_si512(a, b); }
  static I and_i(I a, I b) { return _mm512_and_si512(a, b); }
  static I shift_right(I a, int n) { return _mm512_srli_epi32(a, static_cast<unsigned>(n)); }
  static I shift_left(I a, int n) { return _mm512_slli_epi32(a, static_cast<unsigned>(n)); }
  static I shift_right_signed(I a, int n) { return _mm512_srai_epi32(a, static_cast<unsigned>(n)); }
  static F to_float(I a) { return _mm512_cvtepi32_ps(a); }
  static I as_int(F a) { return _mm512_castps_si512(a); }
  static F as_float(I a) { return _mm512_castsi512_ps(a); }

  static I quad(const int8_t* x) {
    int32_t bytes;
    __builtin_memcpy(&bytes, x, sizeof bytes);
    return _mm512_set1_epi32(bytes);
  }
  struct NibbleSum {
    static constexpr int rows = 12;  // of activations in the int8 micro-kernel
    I lanes = _mm512_setzero_si512();
    void add(I w, I x, int /*index*/) { lanes = _mm512_dpbusd_epi32(lanes, w, x); }
    I total() const { return lanes; }
  };
  // vpdpbusd wants unsigned weights: w + 128, so that 128 Σ x is too much.
  using Bytes = I;
  static I bytes(I w) { return _mm512_xor_si512(w, _mm512_set1_epi8(static_cast<char>(0x80))); }
  struct ByteSum {
    static constexpr int rows = 12;
    NibbleSum biased;
    void add(I w, I x, int index) { biased.add(w, x, index); }
    I total(int32_t sum) const { return sub_i(biased.total(), set1_i(128 * sum)); }
  };

 private:
  static __m256 low_half(F a) { return __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7); }
  static __m256 high_half(F a) {
    return __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15);
  }
};

}  // namespace
}  // namespace ashlar::kernels
