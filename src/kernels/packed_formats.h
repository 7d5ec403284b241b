// How each type lies in a packed tile of 16 outputs (kernels/packing.h), as a kernel reads it: a
// half-tile of Simd::width outputs at a time. Included once by each instruction set's unit.
#pragma once

#include <stdint.h>

#include <cstddef>

#include "kernels/kernel_table.h"

namespace ashlar::kernels {
namespace {

using F = Simd::F;
using I = Simd::I;
using Byte = unsigned char;

constexpr int kOutputs = 16;                    // in a tile
constexpr int kParts = kOutputs / Simd::width;  // registers across a tile

// 64 bytes a step: 4 bytes of each output; low nibbles are K 4s … 4s+3, high ones 16 more.
inline I nibble_quad(const Byte* p, int quad) {
  const I bytes = Simd::load_i(p + 64 * (quad & 3));
  return Simd::and_i(quad < 4 ? bytes : Simd::shift_right(bytes, 4), Simd::set1_i(0x0f0f0f0f));
}

// The nibble of K within a block, as i32 lanes; bytes of one output are one lane.
inline I nibble(const Byte* p, int k) {
  const I bytes = Simd::load_i(p + 64 * ((k & 15) / 4));
  const int shift = 8 * (k & 3) + (k >= 16 ? 4 : 0);
  return Simd::and_i(Simd::shift_right(bytes, shift), Simd::set1_i(15));
}

struct Q4_0 {
  static constexpr int block_bytes = 16 * 18, k_step = 32;
  using Quad = I;
  using Sum = Simd::NibbleSum;
  static constexpr int32_t bias = 8;
  static constexpr bool has_minimum = false;
  static F scale(const Byte* block, int part) {
    return Simd::load_f16(block + 2 * Simd::width * part);
  }
  static Quad quad(const Byte* block, int part, int index) {
    return nibble_quad(block + 32 + 4 * Simd::width * part, index);
  }
  static void dequantize(const Byte* block, int part, float* out) {
    const F scale = Simd::load_f16(block + 2 * Simd::width * part);
    const Byte* nibbles = block + 32 + 4 * Simd::width * part;
    for (int k = 0; k < k_step; ++k) {
      const I q = Simd::sub_i(nibble(nibbles, k), Simd::set1_i(8));
      Simd::store(out + kOutputs * k, Simd::mul(scale, Simd::to_float(q)));
    }
  }
};

struct Q4_1 {
  static constexpr int block_bytes = 16 * 20, k_step = 32;
  using Quad = I;
  using Sum = Simd::NibbleSum;
  static constexpr int32_t bias = 0;
  static constexpr bool has_minimum = true;
  static F scale(const Byte* block, int part) {
    return Simd::load_f16(block + 2 * Simd::width * part);
  }
  static F minimum(const Byte* block, int part) {
    return Simd::load_f16(block + 32 + 2 * Simd::width * part);
  }
  static Quad quad(const Byte* block, int part, int index) {
    return nibble_quad(block + 64 + 4 * Simd::width * part, index);
  }
  static void dequantize(const Byte* block, int part, float* out) {
    const F scale = Simd::load_f16(block + 2 * Simd::width * part);
    const F minimum = Simd::load_f16(block + 32 + 2 * Simd::width * part);
    const Byte* nibbles = block + 64 + 4 * Simd::width * part;
    for (int k = 0; k < k_step; ++k) {
      const F q = Simd::to_float(nibble(nibbles, k));
      Simd::store(out + kOutputs * k, Simd::add(Simd::mul(scale, q), minimum));
    }
  }
};

struct Q8_0 {
  static constexpr int block_bytes = 16 * 34, k_step = 32;
  using Quad = Simd::Bytes;
  using Sum = Simd::ByteSum;
  static constexpr int32_t bias = Sum::bias;
  static constexpr bool has_minimum = false;
  static F scale(const Byte* block, int part) {
    return Simd::load_f16(block + 2 * Simd::width * part);
  }
  static Quad quad(const Byte* block, int part, int index) {
    return Simd::bytes(Simd::load_i(block + 32 + 64 * index + 4 * Simd::width * part));
  }
  static void dequantize(const Byte* block, int part, float* out) {
    const F scale = Simd::load_f16(block + 2 * Simd::width * part);
    for (int k = 0; k < k_step; ++k) {
      const I bytes = Simd::load_i(block + 32 + 64 * (k / 4) + 4 * Simd::width * part);
      const I q = Simd::shift_right_signed(Simd::shift_left(bytes, 24 - 8 * (k & 3)), 24);
      Simd::store(out + kOutputs * k, Simd::mul(scale, Simd::to_float(q)));
    }
  }
};

// Plain floats lie as [K][16 outputs].
struct F32 {
  static constexpr int block_bytes = 64, k_step = 1;
  static void dequantize(const Byte* block, int part, float* out) {
    Simd::store(out, Simd::as_float(Simd::load_i(block + 4 * Simd::width * part)));
  }
};

struct F16 {
  static constexpr int block_bytes = 32, k_step = 1;
  static void dequantize(const Byte* block, int part, float* out) {
    Simd::store(out, Simd::load_f16(block + 2 * Simd::width * part));
  }
};

struct Bf16 {
  static constexpr int block_bytes = 32, k_step = 1;
  static void dequantize(const Byte* block, int part, float* out) {
    Simd::store(out, Simd::load_bf16(block + 2 * Simd::width * part));
  }
};

}  // namespace
}  // namespace ashlar::kernels
