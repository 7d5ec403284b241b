// The Simd type in plain C++: the reference that the others must equal bit for bit. Four lanes, so
// that a compiler may use whatever the baseline has; lane-wise IEEE operations only.
//
// A Simd type has `width` lanes of f32 (F) and i32 (I). No standard templates and nothing inline
// with linkage: code of one instruction set must never be picked for another.
#pragma once

#include <stdint.h>
#include <string.h>

#include "kernels/simd_f16.h"

namespace ashlar::kernels {
namespace {

struct Simd {
  static constexpr int width = 4;
  static constexpr int tiles = 1;      // that the int8 kernels take at once
  static constexpr int row_block = 2;  // rows of activations in the f32 micro-kernel
  struct F {
    float v[width];
  };
  struct I {
    int32_t v[width];
  };

#define ASHLAR_LANES(type, expression)                 \
  type r;                                              \
  for (int i = 0; i < width; ++i) r.v[i] = expression; \
  return r

  static F zero() { return set1(0); }
  static F set1(float x) { ASHLAR_LANES(F, x); }
  static F load(const float* p) { ASHLAR_LANES(F, p[i]); }
  static void store(float* p, F x) {
    for (int i = 0; i < width; ++i) p[i] = x.v[i];
  }
  static F load_f16(const void* p) {
    uint16_t h[width];
    memcpy(h, p, sizeof h);
    ASHLAR_LANES(F, f16_to_f32(h[i]));
  }
  static void store_f16(uint16_t* p, F x) {
    for (int i = 0; i < width; ++i) p[i] = f32_to_f16(x.v[i]);
  }
  static F set1_f16(const uint16_t* p) { return set1(f16_to_f32(*p)); }
  static F load_i8(const int8_t* p) { ASHLAR_LANES(F, static_cast<float>(p[i])); }
  static F load_bf16(const void* p) {
    uint16_t h[width];
    memcpy(h, p, sizeof h);
    I bits;
    for (int i = 0; i < width; ++i) bits.v[i] = static_cast<int32_t>(uint32_t{h[i]} << 16);
    return as_float(bits);
  }
  static F add(F a, F b) { ASHLAR_LANES(F, a.v[i] + b.v[i]); }
  static F sub(F a, F b) { ASHLAR_LANES(F, a.v[i] - b.v[i]); }
  static F mul(F a, F b) { ASHLAR_LANES(F, a.v[i] * b.v[i]); }
  static F div(F a, F b) { ASHLAR_LANES(F, a.v[i] / b.v[i]); }
  static F fma(F a, F b, F c) { ASHLAR_LANES(F, __builtin_fmaf(a.v[i], b.v[i], c.v[i])); }
  // The second operand where either is NaN, as maxps does.
  static F max(F a, F b) { ASHLAR_LANES(F, a.v[i] > b.v[i] ? a.v[i] : b.v[i]); }
  static F min(F a, F b) { ASHLAR_LANES(F, a.v[i] < b.v[i] ? a.v[i] : b.v[i]); }
  static F abs(F a) { ASHLAR_LANES(F, __builtin_fabsf(a.v[i])); }
  // a < b ? yes : no
  static F select_less(F a, F b, F yes, F no) {
    ASHLAR_LANES(F, a.v[i] < b.v[i] ? yes.v[i] : no.v[i]);
  }
  // Of all lanes: by halves, lane i and lane i + width / 2 first.
  static float sum(F a) { return (a.v[0] + a.v[2]) + (a.v[1] + a.v[3]); }
  static float largest(F a) {
    float most = a.v[0];
    for (int i = 1; i < width; ++i) most = a.v[i] > most ? a.v[i] : most;
    return most;
  }

  static I set1_i(int32_t x) { ASHLAR_LANES(I, x); }
  static I load_i(const void* p) {
    I r;
    memcpy(&r, p, sizeof r);
    return r;
  }
  // The low bytes of lanes within ±127.
  static void store_i8(int8_t* p, I a) {
    for (int i = 0; i < width; ++i) p[i] = static_cast<int8_t>(a.v[i]);
  }
  static I add_i(I a, I b) { ASHLAR_LANES(I, a.v[i] + b.v[i]); }
  static I sub_i(I a, I b) { ASHLAR_LANES(I, a.v[i] - b.v[i]); }
  static int32_t sum_i(I a) { return a.v[0] + a.v[1] + a.v[2] + a.v[3]; }
  static I mul_i(I a, I b) { ASHLAR_LANES(I, a.v[i] * b.v[i]); }
  static I xor_i(I a, I b) { ASHLAR_LANES(I, a.v[i] ^ b.v[i]); }
  static I and_i(I a, I b) { ASHLAR_LANES(I, a.v[i] & b.v[i]); }
  static I shift_right(I a, int n) {
    ASHLAR_LANES(I, static_cast<int32_t>(static_cast<uint32_t>(a.v[i]) >> n));
  }
  static I shift_left(I a, int n) {
    ASHLAR_LANES(I, static_cast<int32_t>(static_cast<uint32_t>(a.v[i]) << n));
  }
  static I shift_right_signed(I a, int n) { ASHLAR_LANES(I, a.v[i] >> n); }
  static F to_float(I a) { ASHLAR_LANES(F, static_cast<float>(a.v[i])); }
  static I as_int(F a) {
    I r;
    memcpy(&r, &a, sizeof r);
    return r;
  }
  static F as_float(I a) {
    F r;
    memcpy(&r, &a, sizeof r);
    return r;
  }
#undef ASHLAR_LANES

  // Four activations x[0] … x[3] in every lane.
  static I quad(const int8_t* x) {
    int32_t bytes;
    memcpy(&bytes, x, sizeof bytes);
    return set1_i(bytes);
  }
  // Σ w · x over at most eight quads, exact.
  template <class Byte>
  struct QuadSum {
    static constexpr int rows = 2;  // of activations in the int8 micro-kernel
    I lanes = set1_i(0);
    void add(I w, I x, int /*index*/) {
      Byte weights[4 * width];
      int8_t values[4 * width];
      memcpy(weights, &w, sizeof weights);
      memcpy(values, &x, sizeof values);
      for (int i = 0; i < 4 * width; ++i)
        lanes.v[i / 4] += int32_t{weights[i]} * int32_t{values[i]};
    }
    I total(int32_t /*sum of x, which other tables need*/ = 0) const { return lanes; }
  };
  using NibbleSum = QuadSum<uint8_t>;  // of 4-bit weights
  using ByteSum = QuadSum<int8_t>;     // of signed 8-bit ones, made ready by bytes()
  using Bytes = I;
  static I bytes(I w) { return w; }
};

}  // namespace
}  // namespace ashlar::kernels
