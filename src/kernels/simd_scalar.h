// The Simd type in plain C++: the reference that the others must equal bit for bit. Four lanes, as
// vectors that a compiler makes of whatever the baseline has; lane-wise IEEE operations only.
//
// A Simd type has `width` lanes of f32 (F) and i32 (I). No standard templates and nothing inline
// with linkage: code of one instruction set must never be picked for another.
#pragma once

#include <stdint.h>
#include <string.h>

#include "kernels/simd_f16.h"
#include "kernels/vector_fma.h"

namespace ashlar::kernels {
namespace {

struct Simd {
  static constexpr int width = 4;
  static constexpr int tiles = 1;              // that the int8 kernels take at once
  static constexpr int queries = 2, sums = 8;  // of attention, at once and in registers
  static constexpr int row_block = 2;          // rows of activations in the f32 micro-kernel
  using F = Vector<float, width>;
  using I = Vector<int32_t, width>;

  static F zero() { return F{}; }
  static F set1(float x) { return F{x, x, x, x}; }
  static F load(const float* p) { return read<F>(p); }
  static void store(float* p, F x) { memcpy(p, &x, sizeof x); }
  static F load_f16(const void* p) { return widen(upper_halves(p)); }
  static void store_f16(uint16_t* p, F x) {
    for (int i = 0; i < width; ++i) p[i] = f32_to_f16(x[i]);
  }
  static F set1_f16(const uint16_t* p) { return widen(set1_i(int32_t{*p} << 16)); }
  static F load_i8(const int8_t* p) {
    return __builtin_convertvector(read<Vector<int8_t, width>>(p), F);
  }
  static F load_bf16(const void* p) { return as<F>(upper_halves(p)); }
  static F add(F a, F b) { return a + b; }
  static F sub(F a, F b) { return a - b; }
  static F mul(F a, F b) { return a * b; }
  static F div(F a, F b) { return a / b; }
  static F fma(F a, F b, F c) { return fma_by_f64(a, b, c); }
  // The second operand where either is NaN, as maxps does.
  static F max(F a, F b) { return a > b ? a : b; }
  static F min(F a, F b) { return a < b ? a : b; }
  static F abs(F a) { return as<F>(as<I>(a) & 0x7fffffff); }
  // a < b ? yes : no
  static F select_less(F a, F b, F yes, F no) { return a < b ? yes : no; }
  // Of all lanes: by halves, lane i and lane i + width / 2 first.
  static float sum(F a) { return (a[0] + a[2]) + (a[1] + a[3]); }
  static float largest(F a) {
    float most = a[0];
    for (int i = 1; i < width; ++i) most = a[i] > most ? a[i] : most;
    return most;
  }

  static I set1_i(int32_t x) { return I{x, x, x, x}; }
  static I load_i(const void* p) { return read<I>(p); }
  // The low bytes of lanes within ±127.
  static void store_i(void* p, I a) { memcpy(p, &a, sizeof a); }
  static void store_i8(int8_t* p, I a) {
    const auto bytes = __builtin_convertvector(a, Vector<int8_t, width>);
    memcpy(p, &bytes, sizeof bytes);
  }
  static I add_i(I a, I b) { return a + b; }
  static I sub_i(I a, I b) { return a - b; }
  static I mul_i(I a, I b) { return a * b; }
  static I xor_i(I a, I b) { return a ^ b; }
  static I and_i(I a, I b) { return a & b; }
  static I shift_right(I a, int n) { return as<I>(as<U>(a) >> n); }
  static I shift_left(I a, int n) { return as<I>(as<U>(a) << n); }
  static I shift_right_signed(I a, int n) { return a >> n; }
  static F to_float(I a) { return __builtin_convertvector(a, F); }
  static I as_int(F a) { return as<I>(a); }
  static F as_float(I a) { return as<F>(a); }

 private:
  using U = Vector<uint32_t, width>;
  using Words = Vector<int16_t, 2 * width>;  // two of the four bytes of each lane, widened

  template <class To, class From>
  static To as(From bits) {
    return reinterpret_cast<To>(bits);
  }
  template <class To>
  static To read(const void* p) {
    To r;
    memcpy(&r, p, sizeof r);
    return r;
  }
  // Four numbers of 16 bits as the upper bits of lanes.
  static I upper_halves(const void* p) {
    const Words halves = as<Words>(Vector<int64_t, 2>{read<int64_t>(p), 0});
    return as<I>(__builtin_shufflevector(halves, Words{}, 8, 0, 9, 1, 10, 2, 11, 3));
  }
  // Halves in the upper bits of lanes. Times 2^112 the exponent has f32's bias, in subnormals too;
  // that of infinities and NaN is set before, and the product makes a NaN quiet.
  static F widen(I halves) {
    const I bits = halves >> 3 & static_cast<int32_t>(0x8fffe000), exponent = I{} + 0x0f800000;
    const I special = (bits & exponent) == exponent;
    return as<F>(bits | (special & 0x70000000)) * 0x1p112f;
  }
  static Words even_bytes(I quads) { return as<Words>(as<Words>(quads) << 8) >> 8; }
  static Words odd_bytes(I quads) { return as<Words>(quads) >> 8; }
  static I sum_of_pairs(Words words) { return (as<I>(words) << 16 >> 16) + (as<I>(words) >> 16); }

 public:
  // Four activations x[0] … x[3] in every lane.
  static I quad(const int8_t* x) {
    int32_t bytes;
    memcpy(&bytes, x, sizeof bytes);
    return set1_i(bytes);
  }
  // Σ w · x over at most eight quads, exact: 2 × 8 products of 15 × 127 at most fit 16 bits.
  struct NibbleSum {
    static constexpr int rows = 2;  // of activations in the int8 micro-kernel
    Words pairs = {};
    void add(I w, I x, int /*index*/) {
      pairs += (as<Words>(w) & 0xff) * even_bytes(x);
      pairs += odd_bytes(w) * odd_bytes(x);
    }
    I total(int32_t /*sum of x, which other tables need*/ = 0) const { return sum_of_pairs(pairs); }
  };
  // The same of signed 8-bit weights, of which two products, 2 × 128 × 127, fit 16 bits once.
  struct ByteSum {
    static constexpr int rows = 2;
    I lanes = {};
    void add(I w, I x, int /*index*/) {
      lanes += sum_of_pairs(even_bytes(w) * even_bytes(x) + odd_bytes(w) * odd_bytes(x));
    }
    I total(int32_t /*sum of x*/ = 0) const { return lanes; }
  };
  using Bytes = I;
  static I bytes(I w) { return w; }
};

}  // namespace
}  // namespace ashlar::kernels
