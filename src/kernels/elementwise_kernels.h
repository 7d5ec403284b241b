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

constexpr uint32_t kGroup = 64;  // of int8 blocks, which share the latency of each step

// The scales of up to kGroup blocks, amax / 127, and their inverses, 0 where all values are.
struct GroupScales {
  alignas(64) float scale[kGroup], inverse[kGroup];

  GroupScales(const float* const* x, uint32_t blocks) {
    float amax[kGroup] = {};
    for (uint32_t b = 0; b < blocks; ++b) amax[b] = amax32(x[b]);
    for (uint32_t b = 0; b < blocks; b += Simd::width) {
      const F largest = Simd::load(amax + b), most = Simd::set1(127), zero = Simd::zero();
      Simd::store(scale + b, Simd::div(largest, most));
      Simd::store(inverse + b, Simd::select_less(zero, largest, Simd::div(most, largest), zero));
    }
  }
};

// A block's values × inverse, rounded to nearest even.
inline void round32(const float* x, float inverse, int8_t* q) {
  const F low = Simd::set1(-127), high = Simd::set1(127);
  const F magic = Simd::set1(0x1.8p23f);  // adding it rounds, and leaves the integer below
#pragma GCC unroll 8
  for (uint32_t i = 0; i < kBlock; i += Simd::width) {
    const F scaled = Simd::mul(Simd::load(x + i), Simd::set1(inverse));
    const F clamped = Simd::max(Simd::min(scaled, high), low);
    const I value = Simd::sub_i(Simd::as_int(Simd::add(clamped, magic)), Simd::set1_i(0x4b400000));
    Simd::store_i8(q + i, value);
  }
}

// fours[i] = Σ of the i-th four codes; whole registers of them are read.
inline void sum_fours(const int8_t* q, uint32_t codes, int32_t* fours) {
  for (uint32_t i = 0; i < codes; i += sizeof(I)) {
    Simd::NibbleSum sum;
    sum.add(Simd::set1_i(0x01010101), Simd::load_i(q + i), 0);
    Simd::store_i(fours + i / 4, sum.total());
  }
}

// Up to kGroup blocks; the b-th goes to block at[b] of out.
inline void quantize_group(const float* const* x, const size_t* at, uint32_t blocks,
                           const Int8Rows& out) {
  const GroupScales scales(x, blocks);
  alignas(64) int8_t q[(kGroup + 1) * kBlock];
  int32_t fours[(kGroup + 1) * kBlock / 4];
  for (uint32_t b = 0; b < blocks; ++b) round32(x[b], scales.inverse[b], q + b * kBlock);
  memset(q + blocks * kBlock, 0, kBlock);
  sum_fours(q, blocks * kBlock, fours);
  for (uint32_t b = 0; b < blocks; ++b) {
    const int32_t* four = fours + b * (kBlock / 4);
    const int32_t low = four[0] + four[1] + four[2] + four[3];
    const int32_t high = four[4] + four[5] + four[6] + four[7];
    memcpy(out.q + at[b] * kBlock, q + b * kBlock, kBlock);
    out.sums[2 * at[b]] = low;
    out.sums[2 * at[b] + 1] = high;
    out.scale[at[b]] = scales.scale[b];
    out.scaled_sum[at[b]] = scales.scale[b] * static_cast<float>(low + high);
  }
}

void quantize_tile(const FloatTile& x, const Int8Rows& out, uint32_t row, uint32_t column) {
  const float* from[kGroup];
  size_t at[kGroup];
  uint32_t blocks = 0;
  for (uint32_t r = 0; r < x.rows; ++r)
    for (uint32_t k = 0; k < x.columns; k += kBlock) {
      from[blocks] = x.data + r * x.stride + k;
      at[blocks] = (size_t{row + r} * out.width + column + k) / kBlock;
      if (++blocks < kGroup) continue;
      quantize_group(from, at, kGroup, out);
      blocks = 0;
    }
  if (blocks > 0) quantize_group(from, at, blocks, out);
}

}  // namespace
}  // namespace ashlar::kernels
