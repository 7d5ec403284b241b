// How a KV block holds a head's keys and values: written a position at a time, read a register at a
// time, widened. Included once by each instruction set's unit.
//
//   keys    codes [head_width][64], so that scores have their lanes over positions
//   values  codes [64][head_width]
//   behind Q8_0's codes their scales in f16, a block of 32 elements each: [head_width / 32][64]
//   with keys, [64][head_width / 32] with values
//
// A Q8_0 value, scale × code, has 11 + 7 bits: exact in f32, so every reader sees the same.
#pragma once

#include "kernels/elementwise_kernels.h"

namespace ashlar::kernels {
namespace {

constexpr int kPositions = kKvBlock;

struct KvF16 {
  using Code = uint16_t;
  static constexpr bool scaled = false;
  static F load(const Code* p) { return Simd::load_f16(p); }
  static void store(Code* p, F x) { Simd::store_f16(p, x); }
};
struct KvF32 {
  using Code = float;
  static constexpr bool scaled = false;
  static F load(const Code* p) { return Simd::load(p); }
  static void store(Code* p, F x) { Simd::store(p, x); }
};
struct KvQ8_0 {
  using Code = int8_t;
  static constexpr bool scaled = true;
  static F load(const Code* p) { return Simd::load_i8(p); }
};

// Elements that share a scale.
template <class Kv>
constexpr uint32_t elements_scaled(uint32_t head_width) {
  return Kv::scaled ? kBlock : head_width;
}

// One head of a block. Unscaled types have a scale too, which nobody looks at.
template <class Kv>
struct Head {
  const typename Kv::Code* codes;
  const uint16_t* scales;
  uint32_t width;

  Head(const void* at, uint32_t head_width)
      : codes(static_cast<const typename Kv::Code*>(at)),
        scales(reinterpret_cast<const uint16_t*>(codes + size_t{head_width} * kPositions)),
        width(head_width) {}

  static F scaled(const typename Kv::Code* p, F scale) {
    if constexpr (Kv::scaled) return Simd::mul(Kv::load(p), scale);
    return Kv::load(p);
  }
};

// Lanes are positions from the j-th on.
template <class Kv>
struct Keys : Head<Kv> {
  using Head<Kv>::Head;
  F scale(uint32_t e, uint32_t j) const {
    if constexpr (Kv::scaled) return Simd::load_f16(this->scales + e / kBlock * kPositions + j);
    return Simd::zero();
  }
  F load(uint32_t e, uint32_t j, F scale) const {
    return this->scaled(this->codes + size_t{e} * kPositions + j, scale);
  }
};

// Lanes are elements from the e-th on.
template <class Kv>
struct Values : Head<Kv> {
  using Head<Kv>::Head;
  // REQUIRES: e + at lies in the block of e / 32 + at / 32.
  F scale(uint32_t j, uint32_t e, uint32_t at) const {
    if constexpr (Kv::scaled)
      return Simd::set1_f16(this->scales + j * (this->width / kBlock) + e / kBlock + at / kBlock);
    return Simd::zero();
  }
  F load(uint32_t j, uint32_t e, F scale) const {
    return this->scaled(this->codes + size_t{j} * this->width + e, scale);
  }
};

template <class Kv>
void widen(const Keys<Kv>& keys, float* out) {
  constexpr int kColumns = kPositions / Simd::width;
  const uint32_t length = elements_scaled<Kv>(keys.width);
  for (uint32_t begin = 0; begin < keys.width; begin += length) {
    F scale[kColumns];
    for (int c = 0; c < kColumns; ++c) scale[c] = keys.scale(begin, c * Simd::width);
    for (uint32_t e = begin; e < begin + length; ++e)
      for (int c = 0; c < kColumns; ++c, out += Simd::width)
        Simd::store(out, keys.load(e, c * Simd::width, scale[c]));
  }
}

template <class Kv>
void widen(const Values<Kv>& values, float* out) {
  for (uint32_t j = 0; j < kPositions; ++j)
    for (uint32_t e = 0; e < values.width; e += Simd::width, out += Simd::width)
      Simd::store(out, values.load(j, e, values.scale(j, e, 0)));
}

template <class Kv>
void store_kv_head(const float* key, const float* value, uint32_t head_width, uint32_t slot,
                   void* k, void* v) {
  using Code = typename Kv::Code;
  auto* keys = static_cast<Code*>(k);
  auto* values = static_cast<Code*>(v) + size_t{slot} * head_width;
  for (uint32_t e = 0; e < head_width; e += Simd::width) {
    Code column[Simd::width];
    Kv::store(column, Simd::load(key + e));
    for (uint32_t i = 0; i < Simd::width; ++i) keys[(e + i) * kPositions + slot] = column[i];
    Kv::store(values + e, Simd::load(value + e));
  }
}

// 32 values as ggml's Q8_0: rounded half away from zero. Gives the scale.
inline uint16_t encode_q8_0(const float* x, int8_t* codes) {
  const float magic = 0x1.8p23f, scale = amax32(x) / 127;
  float inverse = 1 / scale;
  if (!(inverse < __builtin_inff())) inverse = 0;
  for (uint32_t i = 0; i < kBlock; i += Simd::width) {
    const F exact = Simd::mul(Simd::load(x + i), Simd::set1(inverse));
    const F size = Simd::abs(exact);
    const F even = Simd::sub(Simd::add(size, Simd::set1(magic)), Simd::set1(magic));
    const F up = Simd::add(even, Simd::set1(1));
    const F nearest = Simd::select_less(Simd::sub(size, even), Simd::set1(0.5f), even, up);
    const F whole =  // a NaN becomes 127: the same everywhere
        Simd::min(Simd::select_less(exact, Simd::zero(), Simd::sub(Simd::zero(), nearest), nearest),
                  Simd::set1(127));
    const I shifted = Simd::as_int(Simd::add(whole, Simd::set1(magic)));
    Simd::store_i8(codes + i, Simd::sub_i(shifted, Simd::set1_i(0x4b400000)));
  }
  uint16_t half[Simd::width];
  Simd::store_f16(half, Simd::set1(scale));
  return half[0];
}

void store_kv_head_q8_0(const float* key, const float* value, uint32_t head_width, uint32_t slot,
                        void* k, void* v) {
  const uint32_t blocks = head_width / kBlock;
  auto *keys = static_cast<int8_t*>(k), *values = static_cast<int8_t*>(v);
  auto* key_scales = reinterpret_cast<uint16_t*>(keys + size_t{head_width} * kPositions);
  auto* value_scales = reinterpret_cast<uint16_t*>(values + size_t{head_width} * kPositions);
  for (uint32_t b = 0; b < blocks; ++b) {
    int8_t column[kBlock];
    key_scales[b * kPositions + slot] = encode_q8_0(key + b * kBlock, column);
    for (uint32_t i = 0; i < kBlock; ++i) keys[(b * kBlock + i) * kPositions + slot] = column[i];
    value_scales[slot * blocks + b] =
        encode_q8_0(value + b * kBlock, values + size_t{slot} * head_width + b * kBlock);
  }
}

}  // namespace
}  // namespace ashlar::kernels
