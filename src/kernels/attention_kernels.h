// Attention of a stretch of query rows over KV blocks, with an online softmax (Milakov and
// Gimelshein 2018; Dao et al. 2022). Included once by each instruction set's unit.
//
// A block holds 64 positions from a multiple of 64; keys lie transposed, so that scores and values
// are chains with lanes over positions and over head width. A row's bits depend on its own query
// and on the blocks up to its position alone.
#pragma once

#include "kernels/elementwise_kernels.h"

namespace ashlar::kernels {
namespace {

constexpr int kPositions = kKvBlock;

struct KvF16 {
  using Stored = uint16_t;
  static F load(const Stored* p) { return Simd::load_f16(p); }
  static void store(Stored* p, F x) { Simd::store_f16(p, x); }
};
struct KvF32 {
  using Stored = float;
  static F load(const Stored* p) { return Simd::load(p); }
  static void store(Stored* p, F x) { Simd::store(p, x); }
};

template <class Kv>
void widen(const void* stored, float* out, uint32_t count) {
  const auto* p = static_cast<const typename Kv::Stored*>(stored);
  for (uint32_t i = 0; i < count; i += Simd::width) Simd::store(out + i, Kv::load(p + i));
}

template <class Kv>
void store_kv_head(const float* key, const float* value, uint32_t head_width, uint32_t slot,
                   void* k, void* v) {
  using Stored = typename Kv::Stored;
  auto* keys = static_cast<Stored*>(k);
  auto* values = static_cast<Stored*>(v) + size_t{slot} * head_width;
  for (uint32_t e = 0; e < head_width; e += Simd::width) {
    Stored column[Simd::width];
    Kv::store(column, Simd::load(key + e));
    for (uint32_t i = 0; i < Simd::width; ++i) keys[(e + i) * kPositions + slot] = column[i];
    Kv::store(values + e, Simd::load(value + e));
  }
}

// scores[j] = scale × Σ_e q[e] K[e][j] for the first n of 64 positions; -inf behind them.
inline void score_block(const float* q, const float* keys, uint32_t head_width, float scale,
                        uint32_t n, float* scores) {
  for (uint32_t j = 0; j < kPositions; j += kLanes) {
    F sum[kRegisters];
    for (F& s : sum) s = Simd::zero();
    for (uint32_t e = 0; e < head_width && j < n; ++e) {
      const F query = Simd::set1(q[e]);
      for (int r = 0; r < kRegisters; ++r)
        sum[r] = Simd::fma(query, Simd::load(keys + e * kPositions + j + r * Simd::width), sum[r]);
    }
    for (int r = 0; r < kRegisters; ++r)
      Simd::store(scores + j + r * Simd::width, Simd::mul(sum[r], Simd::set1(scale)));
  }
  for (uint32_t j = n; j < kPositions; ++j) scores[j] = -__builtin_inff();
}

inline float largest_of(const float* scores) {
  F largest = Simd::load(scores);
  for (int j = Simd::width; j < kPositions; j += Simd::width)
    largest = Simd::max(largest, Simd::load(scores + j));
  float lane[Simd::width];
  Simd::store(lane, largest);
  float result = lane[0];
  for (const float v : lane) result = v > result ? v : result;
  return result;
}

// scores → exp(scores - shift); returns their sum (lanes16).
inline float exponentiate(float* scores, float shift) {
  F sum[kRegisters];
  for (F& s : sum) s = Simd::zero();
  for (int j = 0; j < kPositions; j += kLanes)
    for (int r = 0; r < kRegisters; ++r) {
      float* at = scores + j + r * Simd::width;
      const F weight = exp_lanes(Simd::sub(Simd::load(at), Simd::set1(shift)));
      Simd::store(at, weight);
      sum[r] = Simd::add(sum[r], weight);
    }
  return tree16(sum);
}

// As accumulate(), for Count registers of head width from e on.
template <int Count>
inline void accumulate_registers(const float* weights, const float* values, uint32_t head_width,
                                 uint32_t n, float keep, float* acc, uint32_t e) {
  F sum[Count];
  for (int r = 0; r < Count; ++r)
    sum[r] = Simd::mul(Simd::load(acc + e + r * Simd::width), Simd::set1(keep));
  for (uint32_t j = 0; j < n; ++j) {
    const F weight = Simd::set1(weights[j]);
    const float* row = values + size_t{j} * head_width + e;
    for (int r = 0; r < Count; ++r)
      sum[r] = Simd::fma(weight, Simd::load(row + r * Simd::width), sum[r]);
  }
  for (int r = 0; r < Count; ++r) Simd::store(acc + e + r * Simd::width, sum[r]);
}

// acc[e] = acc[e] × keep + Σ_j weights[j] V[j][e], j ascending below n.
inline void accumulate(const float* weights, const float* values, uint32_t head_width, uint32_t n,
                       float keep, float* acc) {
  uint32_t e = 0;
  for (; e + 4 * Simd::width <= head_width; e += 4 * Simd::width)
    accumulate_registers<4>(weights, values, head_width, n, keep, acc, e);
  for (; e < head_width; e += Simd::width)
    accumulate_registers<1>(weights, values, head_width, n, keep, acc, e);
}

// What one query row of one head carries from block to block: {largest, sum, acc[head_width]}.
inline void attend_block(const float* q, const float* keys, const float* values,
                         const AttentionTile& t, uint32_t n, float* state) {
  alignas(64) float scores[kPositions];
  score_block(q, keys, t.head_width, t.scale, n, scores);
  const float block_largest = largest_of(scores);
  const float largest = block_largest > state[0] ? block_largest : state[0];
  const float keep = exp_one(state[0] - largest);
  const float sum = exponentiate(scores, largest);
  state[0] = largest;
  state[1] = __builtin_fmaf(state[1], keep, sum);
  accumulate(scores, values, t.head_width, n, keep, state + 2);
}

template <class Kv>
void attention_tile(const AttentionTile& t) {
  const uint32_t block_floats = t.head_width * kPositions, state_floats = t.head_width + 2;
  float* keys = t.scratch;
  float* values = keys + block_floats;
  float* states = values + block_floats;
  for (uint32_t i = 0; i < t.rows * t.heads; ++i) {
    memset(states + size_t{i} * state_floats, 0, state_floats * sizeof(float));
    states[size_t{i} * state_floats] = -__builtin_inff();
  }
  const uint32_t last = t.start + t.rows - 1;
  for (uint32_t block = 0; block <= last / kPositions; ++block) {
    widen<Kv>(t.k[block], keys, block_floats);
    widen<Kv>(t.v[block], values, block_floats);
    const uint32_t first = block * kPositions;
    for (uint32_t row = 0; row < t.rows; ++row) {
      const uint32_t position = t.start + row;
      if (position < first) continue;
      const uint32_t seen = position - first + 1;
      for (uint32_t h = 0; h < t.heads; ++h)
        attend_block(t.q + row * t.stride + h * t.head_width, keys, values, t,
                     seen < kKvBlock ? seen : kKvBlock,
                     states + size_t{row * t.heads + h} * state_floats);
    }
  }
  for (uint32_t row = 0; row < t.rows; ++row)
    for (uint32_t h = 0; h < t.heads; ++h) {
      const float* state = states + size_t{row * t.heads + h} * state_floats;
      float* out = t.out + row * t.stride + h * t.head_width;
      for (uint32_t e = 0; e < t.head_width; e += Simd::width)
        Simd::store(out + e, Simd::div(Simd::load(state + 2 + e), Simd::set1(state[1])));
    }
}

}  // namespace
}  // namespace ashlar::kernels
