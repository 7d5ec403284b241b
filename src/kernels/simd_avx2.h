// The Simd type on AVX2, FMA and F16C: eight lanes.
#pragma once

#include <immintrin.h>
#include <stdint.h>

#include "kernels/simd_eight.h"

namespace ashlar::kernels {
namespace {

struct Simd {
  static constexpr int width = 8;
  static constexpr int tiles = 1;              // that the int8 kernels take at once
  static constexpr int queries = 6, sums = 8;  // of attention, at once and in registers
  static constexpr int row_block = 6;  // 12 accumulators, 2 weights, 1 broadcast of 16 registers
  using F = __m256;
  using I = __m256i;

  static F zero() { return _mm256_setzero_ps(); }
  static F set1(float x) { return _mm256_set1_ps(x); }
  static F load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, F x) { _mm256_storeu_ps(p, x); }
  static F load_f16(const void* p) {
    return _mm256_cvtph_ps(_mm_loadu_si128(static_cast<const __m128i*>(p)));
  }
  static void store_f16(uint16_t* p, F x) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static F set1_f16(const uint16_t* p) {
    return _mm256_cvtph_ps(_mm_set1_epi16(static_cast<int16_t>(*p)));
  }
  static F load_i8(const int8_t* p) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
  }
  static F load_bf16(const void* p) {
    const __m128i half = _mm_loadu_si128(static_cast<const __m128i*>(p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
  }
  static F add(F a, F b) { return _mm256_add_ps(a, b); }
  static F sub(F a, F b) { return _mm256_sub_ps(a, b); }
  static F mul(F a, F b) { return _mm256_mul_ps(a, b); }
  static F div(F a, F b) { return _mm256_div_ps(a, b); }
  static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
  static F max(F a, F b) { return _mm256_max_ps(a, b); }
  static F min(F a, F b) { return _mm256_min_ps(a, b); }
  static F abs(F a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
  static F select_less(F a, F b, F yes, F no) {
    return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
  }
  static float sum(F a) { return sum_of_eight(a); }
  static float largest(F a) { return largest_of_eight(a); }

  static I set1_i(int32_t x) { return _mm256_set1_epi32(x); }
  static I load_i(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
  // The low bytes of lanes within ±127.
  static void store_i(void* p, I a) { _mm256_storeu_si256(static_cast<__m256i*>(p), a); }
  static void store_i8(int8_t* p, I a) {
    const __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packs_epi16(words, words));
  }
  static I add_i(I a, I b) { return _mm256_add_epi32(a, b); }
  static I sub_i(I a, I b) { return _mm256_sub_epi32(a, b); }
  static I mul_i(I a, I b) { return _mm256_mullo_epi32(a, b); }
  static I xor_i(I a, I b) { return _mm256_xor_si256(a, b); }
  static I and_i(I a, I b) { return _mm256_and_si256(a, b); }
  static I shift_right(I a, int n) { return _mm256_srli_epi32(a, n); }
  static I shift_left(I a, int n) { return _mm256_slli_epi32(a, n); }
  static I shift_right_signed(I a, int n) { return _mm256_srai_epi32(a, n); }
  static F to_float(I a) { return _mm256_cvtepi32_ps(a); }
  static I as_int(F a) { return _mm256_castps_si256(a); }
  static F as_float(I a) { return _mm256_castsi256_ps(a); }

  // Four activations in every lane.
  static I quad(const int8_t* x) {
    int32_t bytes;
    __builtin_memcpy(&bytes, x, sizeof bytes);
    return _mm256_set1_epi32(bytes);
  }
  // Makes GCC add at once: left alone it gathers all products of a block first, more than there are
  // registers.
  static void now(I& sum) { asm("" : "+x"(sum)); }
  // A pair of products of 4-bit weights is at most 2 × 15 × 127, so eight of them fit 16 bits.
  struct NibbleSum {
    static constexpr int rows = 4;  // 8 sums, 2 weights, 1 broadcast, 1 product of 16 registers
    I pairs = _mm256_setzero_si256();
    void add(I w, I x, int /*index*/) {
      pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(w, x));
      now(pairs);
    }
    I total() const { return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)); }
  };
  // |w| × (x with w's sign): 2 × 128 × 127 fits 16 bits, once.
  struct Bytes {
    I signs, magnitudes;
  };
  static Bytes bytes(I w) { return {w, _mm256_abs_epi8(w)}; }
  struct ByteSum {
    static constexpr int rows = 4;
    I lanes = _mm256_setzero_si256();
    void add(Bytes w, I x, int /*index*/) {
      const I pairs = _mm256_maddubs_epi16(w.magnitudes, _mm256_sign_epi8(x, w.signs));
      lanes = _mm256_add_epi32(lanes, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
      now(lanes);
    }
    I total(int32_t /*sum of x*/) const { return lanes; }
  };
};

}  // namespace
}  // namespace ashlar::kernels
