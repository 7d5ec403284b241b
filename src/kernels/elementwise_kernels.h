// Norm, activation, rotation, quantization of rows. Included once by each instruction set's unit.
#pragma once

#include <string.h>

#include "kernels/packed_formats.h"

namespace ashlar::kernels {
namespace {

constexpr int kLanes = 16;
constexpr int kRegisters = kLanes / Simd::width;  // of a lanes16 reduction

// exp to about one unit in the last place; 0 below -87, exp(88) above 88.
inline F exp_lanes(F x) {
  const F low = Simd::set1(-87.0f);
  const F clamped = Simd::max(Simd::min(x, Simd::set1(88.0f)), low);
  const F magic = Simd::set1(0x1.8p23f);
  const F shifted = Simd::fma(clamped, Simd::set1(0x1.715476p+0f), magic);
  const F n = Simd::sub(shifted, magic);
  F r = Simd::fma(n, Simd::set1(-0x1.62e4p-1f), clamped);
  r = Simd::fma(n, Simd::set1(-0x1.7f7d1cp-20f), r);
  F p = Simd::set1(1.0f / 5040);
  p = Simd::fma(p, r, Simd::set1(1.0f / 720));
  p = Simd::fma(p, r, Simd::set1(1.0f / 120));
  p = Simd::fma(p, r, Simd::set1(1.0f / 24));
  p = Simd::fma(p, r, Simd::set1(1.0f / 6));
  p = Simd::fma(p, r, Simd::set1(0.5f));
  p = Simd::fma(p, r, Simd::set1(1.0f));
  p = Simd::fma(p, r, Simd::set1(1.0f));
  const I exponent = Simd::shift_left(Simd::add_i(Simd::as_int(shifted), Simd::set1_i(127)), 23);
  return Simd::select_less(x, low, Simd::zero(), Simd::mul(p, Simd::as_float(exponent)));
}

inline float exp_one(float x) {
  float lanes[Simd::width];
  Simd::store(lanes, exp_lanes(Simd::set1(x)));
  return lanes[0];
}

// The tree of a lanes16 reduction: i += i + 8, then 4, 2, 1.
inline float tree16(const F (&sum)[kRegisters]) {
  F part[kRegisters];
  for (int r = 0; r < kRegisters; ++r) part[r] = sum[r];
  for (int half = kRegisters / 2; half > 0; half /= 2)
    for (int r = 0; r < half; ++r) part[r] = Simd::add(part[r], part[r + half]);
  return Simd::sum(part[0]);
}

// Lane-wise over a row; a tail shorter than a register goes through a zero-filled copy.
template <class Operation>
void each_register(uint32_t width, float* x, const float* y, Operation operation) {
  uint32_t at = 0;
  for (; at + Simd::width <= width; at += Simd::width)
    Simd::store(x + at, operation(Simd::load(x + at), Simd::load(y + at)));
  if (at == width) return;
  float a[Simd::width] = {}, b[Simd::width] = {};
  memcpy(a, x + at, (width - at) * sizeof(float));
  memcpy(b, y + at, (width - at) * sizeof(float));
  Simd::store(a, operation(Simd::load(a), Simd::load(b)));
  memcpy(x + at, a, (width - at) * sizeof(float));
}

void add_row(float* x, const float* y, uint32_t width) {
  each_register(width, x, y, [](F a, F b) { return Simd::add(a, b); });
}

void silu_multiply_row(float* gate, const float* up, uint32_t width) {
  each_register(width, gate, up, [](F g, F u) {
    const F e = exp_lanes(Simd::sub(Simd::zero(), g));
    return Simd::mul(Simd::div(g, Simd::add(Simd::set1(1), e)), u);
  });
}

void rms_norm_row(const float* x, const float* weight, uint32_t width, float epsilon, float* out) {
  F sum[kRegisters];
  for (F& s : sum) s = Simd::zero();
  uint32_t at = 0;
  for (; at + kLanes <= width; at += kLanes)
    for (int r = 0; r < kRegisters; ++r) {
      const F v = Simd::load(x + at + r * Simd::width);
      sum[r] = Simd::fma(v, v, sum[r]);
    }
  float total = tree16(sum);
  for (; at < width; ++at) total = __builtin_fmaf(x[at], x[at], total);
  const float mean = total / static_cast<float>(width);
  const float scale = 1.0f / __builtin_sqrtf(mean + epsilon);
  memcpy(out, x, width * sizeof(float));
  each_register(width, out, weight,
                [scale](F v, F w) { return Simd::mul(Simd::mul(v, Simd::set1(scale)), w); });
}

void rope_row(float* x, const float* cos, const float* sin, uint32_t heads, uint32_t head_width) {
  for (uint32_t h = 0; h < heads; ++h, x += head_width)
    for (uint32_t i = 0; i < head_width / 2; ++i) {
      const float even = x[2 * i], odd = x[2 * i + 1];
      x[2 * i] = even * cos[i] - odd * sin[i];
      x[2 * i + 1] = even * sin[i] + odd * cos[i];
    }
}

// The largest magnitude of 32 values; order doesn't matter to a maximum.
inline float amax32(const float* x) {
  F largest = Simd::abs(Simd::load(x));
  for (uint32_t i = Simd::width; i < kBlock; i += Simd::width)
    largest = Simd::max(largest, Simd::abs(Simd::load(x + i)));
  return Simd::largest(largest);
}

// 16 values × inverse, rounded to nearest even and written; returns their sum.
inline int32_t quantize16(const float* x, float inverse, int8_t* q) {
  const F low = Simd::set1(-127), high = Simd::set1(127);
  const F magic = Simd::set1(0x1.8p23f);  // adding it rounds, and leaves the integer below
  I sums = Simd::set1_i(0);
#pragma GCC unroll 4
  for (int r = 0; r < kRegisters; ++r) {
    const F scaled = Simd::mul(Simd::load(x + r * Simd::width), Simd::set1(inverse));
    const F clamped = Simd::max(Simd::min(scaled, high), low);
    const I value = Simd::sub_i(Simd::as_int(Simd::add(clamped, magic)), Simd::set1_i(0x4b400000));
    Simd::store_i8(q + r * Simd::width, value);
    sums = Simd::add_i(sums, value);
  }
  return Simd::sum_i(sums);
}

void quantize_columns(const float* x, uint32_t columns, const Int8Rows& out, uint32_t row,
                      uint32_t column) {
  const size_t at = (size_t{row} * out.width + column) / kBlock;
  int8_t* q = out.q + at * kBlock;
  // Not through `out`: bytes that are written might be its own, for all a compiler knows.
  float *scales = out.scale + at, *scaled_sums = out.scaled_sum + at;
  int32_t* sums = out.sums + 2 * at;
  const uint32_t blocks = columns / kBlock;
  for (uint32_t b = 0; b < blocks; ++b, x += kBlock, q += kBlock) {
    const float amax = amax32(x), inverse = amax > 0 ? 127.0f / amax : 0.0f;
    const int32_t low = quantize16(x, inverse, q), high = quantize16(x + 16, inverse, q + 16);
    const float scale = amax / 127.0f;
    sums[2 * b] = low;
    sums[2 * b + 1] = high;
    scales[b] = scale;
    scaled_sums[b] = scale * static_cast<float>(low + high);
  }
}

}  // namespace
}  // namespace ashlar::kernels
