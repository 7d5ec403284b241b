// Attention of a stretch of query rows over KV blocks, with an online softmax (Milakov and
// Gimelshein 2018; Dao et al. 2022). Included once by each instruction set's unit.
//
// A block holds 64 positions from a multiple of 64; keys lie transposed, so that scores and values
// are chains with lanes over positions and over head width. A row's bits depend on its own query
// and on the blocks up to its position alone.
#pragma once

#include "kernels/kv_formats.h"

namespace ashlar::kernels {
namespace {

// A query of one head: what it has seen of the block at hand, and what it carries from block to
// block, {largest, sum, acc[head_width]}.
struct Query {
  const float* q;
  float* state;
  uint32_t seen;
};

// Registers for each of so many queries: enough multiply-adds in flight to hide their latency, few
// enough for the register file.
constexpr int registers_each(int queries) {
  int each = kRegisters;
  while (2 * each * queries <= Simd::sums && 2 * each * Simd::width <= kPositions) each *= 2;
  return each;
}

// The same where fewer positions are left: as few registers as hide the latency.
constexpr int registers_of_rest(int queries) {
  int each = registers_each(queries);
  while (each > 1 && each / 2 * queries >= 6) each /= 2;
  return each;
}

// Codes that are read next, if any: fetched line by line beside what is computed with now. A burst
// of requests would only wait for itself.
template <class Kv>
struct NextKv {
  const typename Kv::Code* codes;

  explicit NextKv(const void* at = nullptr) : codes(static_cast<const typename Kv::Code*>(at)) {}

  template <size_t Count>
  void fetch(size_t from) const {
    if (!codes) return;
    const auto* at = reinterpret_cast<const std::byte*>(codes + from);
    for (size_t byte = 0; byte < Count * sizeof *codes; byte += 64) __builtin_prefetch(at + byte);
  }
};

// scores[i][j] = scale × Σ_e q[e] K[e][j] for Each registers of positions from j on. A function of
// its own, as accumulate_lanes: inlined with its neighbours its sums leave the registers.
template <class Kv, int Count, int Each>
[[gnu::noinline]] void score_lanes(const Query* queries, const Keys<Kv>& keys, float scale,
                                   uint32_t j, float (*scores)[kPositions], NextKv<Kv> next) {
  const uint32_t length = elements_scaled<Kv>(keys.width);
  F sum[Count][Each];
  for (auto& lanes : sum)
    for (F& s : lanes) s = Simd::zero();
  for (uint32_t begin = 0; begin < keys.width; begin += length) {
    F scales[Each];
    for (int r = 0; r < Each; ++r) scales[r] = keys.scale(begin, j + r * Simd::width);
    for (uint32_t e = begin; e < begin + length; ++e) {
      next.template fetch<Each * Simd::width>(size_t{e} * kPositions + j);
      F key[Each];
      for (int r = 0; r < Each; ++r) key[r] = keys.load(e, j + r * Simd::width, scales[r]);
      for (int i = 0; i < Count; ++i) {
        const F query = Simd::set1(queries[i].q[e]);
        for (int r = 0; r < Each; ++r) sum[i][r] = Simd::fma(query, key[r], sum[i][r]);
      }
    }
  }
  for (int i = 0; i < Count; ++i)
    for (int r = 0; r < Each; ++r)
      Simd::store(scores[i] + j + r * Simd::width, Simd::mul(sum[i][r], Simd::set1(scale)));
}

// Of the positions that any of the queries sees, hardly more.
template <class Kv, int Count>
void score_queries(const Query* queries, const Keys<Kv>& keys, float scale, uint32_t most,
                   float (*scores)[kPositions], NextKv<Kv> next) {
  constexpr int kEach = registers_each(Count), kRest = registers_of_rest(Count);
  uint32_t j = 0;
  for (; j + (kEach - kRest) * Simd::width < most; j += kEach * Simd::width)
    score_lanes<Kv, Count, kEach>(queries, keys, scale, j, scores, next);
  for (; j < most; j += kRest * Simd::width)
    score_lanes<Kv, Count, kRest>(queries, keys, scale, j, scores, next);
}

inline float largest_of(const float* scores) {
  F largest = Simd::load(scores);
  for (int j = Simd::width; j < kPositions; j += Simd::width)
    largest = Simd::max(largest, Simd::load(scores + j));
  return Simd::largest(largest);
}

// scores → exp(scores - shift) of the positions seen, whole lanes of them; returns their sum
// (lanes16).
inline float exponentiate(float* scores, float shift, uint32_t seen) {
  F sum[kRegisters];
  for (F& s : sum) s = Simd::zero();
  for (uint32_t j = 0; j < seen; j += kLanes)
    for (int r = 0; r < kRegisters; ++r) {
      float* at = scores + j + r * Simd::width;
      const F weight = exp_lanes(Simd::sub(Simd::load(at), Simd::set1(shift)));
      Simd::store(at, weight);
      sum[r] = Simd::add(sum[r], weight);
    }
  return tree16(sum);
}

constexpr int whole_registers(int count) {
  return (count + Simd::width - 1) / Simd::width * Simd::width;
}

// scores → exp(scores - the largest so far); keep = what the states so far are worth beside them,
// whole registers of it.
template <int Count>
void soften(const Query* queries, float (*scores)[kPositions], float* keep) {
  for (int i = 0; i < whole_registers(Count); ++i) keep[i] = 0;
  for (int i = 0; i < Count; ++i) {
    float* state = queries[i].state;
    for (uint32_t j = queries[i].seen; j < kPositions; ++j) scores[i][j] = -__builtin_inff();
    const float block_largest = largest_of(scores[i]);
    const float largest = block_largest > state[0] ? block_largest : state[0];
    keep[i] = state[0] - largest;
    state[0] = largest;
  }
  for (int i = 0; i < Count; i += Simd::width)
    Simd::store(keep + i, exp_lanes(Simd::load(keep + i)));
  for (int i = 0; i < Count; ++i) {
    float* state = queries[i].state;
    state[1] =
        __builtin_fmaf(state[1], keep[i], exponentiate(scores[i], state[0], queries[i].seen));
  }
}

// acc[e] = acc[e] × keep + Σ_j weights[j] V[j][e], j ascending below what the query has seen, for
// Each registers from e on. What all have seen is read once for them.
template <class Kv, int Count, int Each>
[[gnu::noinline]] void accumulate_lanes(const Query* queries, const Values<Kv>& values, uint32_t e,
                                        const float (*weights)[kPositions], const float* keep,
                                        uint32_t least, NextKv<Kv> next) {
  const auto value = [&](uint32_t j, uint32_t at) {
    return values.load(j, e + at, values.scale(j, e, at));
  };
  F sum[Count][Each];
  for (int i = 0; i < Count; ++i)
    for (int r = 0; r < Each; ++r)
      sum[i][r] =
          Simd::mul(Simd::load(queries[i].state + 2 + e + r * Simd::width), Simd::set1(keep[i]));
  for (uint32_t j = 0; j < least; ++j) {
    next.template fetch<Each * Simd::width>(size_t{j} * values.width + e);
    F shared[Each];
    for (int r = 0; r < Each; ++r) shared[r] = value(j, r * Simd::width);
    for (int i = 0; i < Count; ++i) {
      const F weight = Simd::set1(weights[i][j]);
      for (int r = 0; r < Each; ++r) sum[i][r] = Simd::fma(weight, shared[r], sum[i][r]);
    }
  }
  for (uint32_t j = least; j < kPositions; ++j)  // what a block that isn't full leaves of it
    next.template fetch<Each * Simd::width>(size_t{j} * values.width + e);
  for (int i = 0; i < Count; ++i) {
    for (uint32_t j = least; j < queries[i].seen; ++j)
      for (int r = 0; r < Each; ++r)
        sum[i][r] = Simd::fma(Simd::set1(weights[i][j]), value(j, r * Simd::width), sum[i][r]);
    for (int r = 0; r < Each; ++r)
      Simd::store(queries[i].state + 2 + e + r * Simd::width, sum[i][r]);
  }
}

template <class Kv, int Count>
void accumulate(const Query* queries, const Values<Kv>& values, const float (*weights)[kPositions],
                const float* keep, uint32_t least, NextKv<Kv> next) {
  constexpr int kEach = registers_each(Count);
  uint32_t e = 0;
  for (; e + kEach * Simd::width <= values.width; e += kEach * Simd::width)
    accumulate_lanes<Kv, Count, kEach>(queries, values, e, weights, keep, least, next);
  for (; e < values.width; e += Simd::width)
    accumulate_lanes<Kv, Count, 1>(queries, values, e, weights, keep, least, next);
}

// Where the i-th query of a tile lies in q and out; heads are innermost.
inline size_t offset_of(const AttentionTile& t, uint32_t i) {
  return i / t.heads * t.stride + size_t{i % t.heads} * t.head_width;
}

// The block that begins at position `first`, and what is fetched beside its halves.
template <class Kv>
struct KvBlockAt {
  const void* keys;
  const void* values;
  uint32_t first;
  NextKv<Kv> beside_keys, beside_values;
};

// Queries i … i + Count - 1 over one block.
template <class Kv, int Count>
void attend_block(const AttentionTile& t, uint32_t i, const KvBlockAt<Kv>& block, float* states) {
  Query queries[Count];
  uint32_t least = kKvBlock, most = 0;
  for (Query& query : queries) {
    uint32_t seen = t.start + i / t.heads - block.first + 1;
    seen = seen < kKvBlock ? seen : kKvBlock;
    query = {t.q + offset_of(t, i), states + size_t{i} * t.state_floats(), seen};
    least = seen < least ? seen : least;
    most = seen > most ? seen : most;
    ++i;
  }
  alignas(64) float scores[Count][kPositions];
  float keep[whole_registers(Count)];
  score_queries<Kv, Count>(queries, Keys<Kv>(block.keys, t.head_width), t.scale, most, scores,
                           block.beside_keys);
  soften<Count>(queries, scores, keep);
  accumulate<Kv, Count>(queries, Values<Kv>(block.values, t.head_width), scores, keep, least,
                        block.beside_values);
}

// All queries from the i-th on, as many at a time as registers hold.
template <class Kv, int Count = Simd::queries>
void attend_from(const AttentionTile& t, uint32_t i, KvBlockAt<Kv> block, float* states) {
  for (; i + Count <= t.queries(); i += Count) {
    attend_block<Kv, Count>(t, i, block, states);
    block.beside_keys = block.beside_values = NextKv<Kv>();  // has come
  }
  if constexpr (Count > 1)
    if (i < t.queries()) attend_from<Kv, Count - 1>(t, i, block, states);
}

constexpr uint32_t kFewQueries = 24;  // up to which a block is widened as it is read

template <class Kv>
void attend_chunk(const AttentionTile& t, uint32_t chunk, float* states) {
  const uint32_t block_floats = t.head_width * kPositions;
  memset(states, 0, size_t{t.queries()} * t.state_floats() * sizeof(float));
  for (uint32_t i = 0; i < t.queries(); ++i)
    states[size_t{i} * t.state_floats()] = -__builtin_inff();
  const uint32_t end = t.start + t.rows;
  for (uint32_t n = 0; n < kKvChunk / kPositions; ++n) {
    const uint32_t first = chunk * kKvChunk + n * kPositions, block = first / kPositions;
    if (first >= end) return;
    const uint32_t blind = first > t.start ? (first - t.start) * t.heads : 0;  // see none of it
    const std::byte* k = t.blocks[block] + t.k_offset;
    const std::byte* v = t.blocks[block] + t.v_offset;
    if (t.queries() - blind <= kFewQueries) {
      const bool last = first + kPositions >= end;
      const std::byte* next_k = last ? t.next_keys : t.blocks[block + 1] + t.k_offset;
      attend_from<Kv>(t, blind, {k, v, first, NextKv<Kv>(v), NextKv<Kv>(next_k)}, states);
      continue;
    }
    float* keys = t.scratch;
    float* values = keys + block_floats;
    widen(Keys<Kv>(k, t.head_width), keys);
    widen(Values<Kv>(v, t.head_width), values);
    attend_from<KvF32>(t, blind, {keys, values, first, NextKv<KvF32>(), NextKv<KvF32>()}, states);
  }
}

void join_chunk(const AttentionTile& t, const float* part, float* state) {
  for (uint32_t i = 0; i < t.queries(); ++i) {
    if (part[0] > -__builtin_inff()) {  // else the query sits before the chunk
      const float largest = part[0] > state[0] ? part[0] : state[0];
      const float keep = exp_one(state[0] - largest), take = exp_one(part[0] - largest);
      state[0] = largest;
      for (uint32_t e = 1; e < t.state_floats(); ++e)
        state[e] = __builtin_fmaf(state[e], keep, part[e] * take);
    }
    part += t.state_floats();
    state += t.state_floats();
  }
}

void finish_attention(const AttentionTile& t, const float* states) {
  for (uint32_t i = 0; i < t.queries(); ++i) {
    const float* state = states + size_t{i} * t.state_floats();
    float* out = t.out + offset_of(t, i);
    for (uint32_t e = 0; e < t.head_width; e += Simd::width)
      Simd::store(out + e, Simd::div(Simd::load(state + 2 + e), Simd::set1(state[1])));
  }
}

}  // namespace
}  // namespace ashlar::kernels
