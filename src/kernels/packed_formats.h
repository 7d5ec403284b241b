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
  static constexpr int block_bytes = 16 * 18, k_step = 32, sub_blocks = 1;
  using Quad = I;
  using Sum = Simd::NibbleSum;
  static constexpr bool has_minimum = false;
  static I total(const Sum& dots, const Byte*, int, int, const int32_t* sums) {
    return Simd::sub_i(dots.total(), Simd::set1_i(8 * (sums[0] + sums[1])));
  }
  static F scale(const Byte* block, int part, int /*sub*/ = 0) {
    return Simd::load_f16(block + 2 * Simd::width * part);
  }
  static Quad quad(const Byte* block, int part, int /*sub*/, int index) {
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
  static constexpr int block_bytes = 16 * 20, k_step = 32, sub_blocks = 1;
  using Quad = I;
  using Sum = Simd::NibbleSum;
  static constexpr bool has_minimum = true;
  static I total(const Sum& dots, const Byte*, int, int, const int32_t*) { return dots.total(); }
  static F scale(const Byte* block, int part, int /*sub*/ = 0) {
    return Simd::load_f16(block + 2 * Simd::width * part);
  }
  static F minimum(const Byte* block, int part, int /*sub*/ = 0) {
    return Simd::load_f16(block + 32 + 2 * Simd::width * part);
  }
  static Quad quad(const Byte* block, int part, int /*sub*/, int index) {
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
  static constexpr int block_bytes = 16 * 34, k_step = 32, sub_blocks = 1;
  using Quad = Simd::Bytes;
  using Sum = Simd::ByteSum;
  static constexpr bool has_minimum = false;
  static I total(const Sum& dots, const Byte*, int, int, const int32_t* sums) {
    return dots.total(sums[0] + sums[1]);
  }
  static F scale(const Byte* block, int part, int /*sub*/ = 0) {
    return Simd::load_f16(block + 2 * Simd::width * part);
  }
  static Quad quad(const Byte* block, int part, int /*sub*/, int index) {
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

// A super-block of 256 as eight blocks of 32, each with a scale and a minimum of six bits, which
// twelve bytes hold: of blocks 0 to 3 in the low bits of bytes 0 to 3 and 4 to 7, of blocks 4 to 7
// in the nibbles of bytes 8 to 11 with the two bits left over in the first eight. Nibbles of block
// 2c are the low ones of bytes 32c … 32c + 31, those of block 2c + 1 the high ones.
struct Q4_K {
  static constexpr int block_bytes = 16 * 144, k_step = 256, sub_blocks = 8;
  using Quad = I;
  using Sum = Simd::NibbleSum;
  static constexpr bool has_minimum = true;
  static I total(const Sum& dots, const Byte*, int, int, const int32_t*) { return dots.total(); }

  static F scale(const Byte* block, int part, int sub) {
    const I low = packed(block, part, 0), high = packed(block, part, 2);
    const I six = sub < 4 ? bits(low, 8 * sub, 63) : joined(high, 8 * sub - 32, low, 8 * sub - 26);
    return Simd::mul(Simd::load_f16(block + 2 * Simd::width * part), Simd::to_float(six));
  }
  static F minimum(const Byte* block, int part, int sub) {
    const I low = packed(block, part, 1), high = packed(block, part, 2);
    const I six = sub < 4 ? bits(low, 8 * sub, 63) : joined(high, 8 * sub - 28, low, 8 * sub - 26);
    const F factor = Simd::load_f16(block + 32 + 2 * Simd::width * part);
    return Simd::sub(Simd::zero(), Simd::mul(factor, Simd::to_float(six)));
  }
  static Quad quad(const Byte* block, int part, int sub, int index) {
    const Byte* quads = block + 256 + 64 * (8 * (sub / 2) + index);
    return bits(Simd::load_i(quads + 4 * Simd::width * part), 4 * (sub & 1), 0x0f0f0f0f);
  }
  static void dequantize(const Byte* block, int part, float* out) {
    for (int sub = 0; sub < sub_blocks; ++sub) {
      const F by = scale(block, part, sub), least = minimum(block, part, sub);
      for (int k = 0; k < 32; ++k, out += kOutputs) {
        const I q = bits(quad(block, part, sub, k / 4), 8 * (k & 3), 15);
        Simd::store(out, Simd::add(Simd::mul(by, Simd::to_float(q)), least));
      }
    }
  }

 private:
  static I packed(const Byte* block, int part, int index) {
    return Simd::load_i(block + 64 + 64 * index + 4 * Simd::width * part);
  }
  static I bits(I lanes, int shift, int32_t mask) {
    return Simd::and_i(Simd::shift_right(lanes, shift), Simd::set1_i(mask));
  }
  static I joined(I nibbles, int shift, I tops, int top_shift) {
    return Simd::add_i(bits(nibbles, shift, 15), Simd::shift_left(bits(tops, top_shift, 3), 4));
  }
};

// A super-block of 256 as sixteen blocks of 16 with signed 8-bit scales. Weights of six bits, less
// 32: of each half of the super-block four nibbles' worth of 32 lie in 64 bytes, low nibbles first,
// and their upper two bits in the same order in 32.
struct Q6_K {
  static constexpr int block_bytes = 16 * 210, k_step = 256, sub_blocks = 8;
  using Quad = Simd::Bytes;
  struct Sum {
    static constexpr int rows = 2 * Simd::tiles;  // each takes the registers of two
    Simd::ByteSum halves[2];
    void add(const Quad& w, I x, int index) { halves[index / 4].add(w, x, index); }
  };
  static constexpr bool has_minimum = false;
  static I total(const Sum& dots, const Byte* block, int part, int sub, const int32_t* sums) {
    const int at = 8 * (sub / 4) + 2 * (sub % 4);  // of the first half's scale
    const I first = Simd::mul_i(dots.halves[0].total(sums[0]), scale_of(block, part, at));
    const I second = Simd::mul_i(dots.halves[1].total(sums[1]), scale_of(block, part, at + 1));
    return Simd::add_i(first, second);
  }
  static F scale(const Byte* block, int part, int /*sub*/ = 0) {
    return Simd::load_f16(block + 64 * 52 + 2 * Simd::width * part);
  }
  static Quad quad(const Byte* block, int part, int sub, int index) {
    return Simd::bytes(weights(block, part, sub, index));
  }
  static void dequantize(const Byte* block, int part, float* out) {
    for (int k = 0; k < 256; ++k, out += kOutputs) {
      const int sub = k / 32, at = 8 * (sub / 4) + 2 * (sub % 4) + k % 32 / 16;
      const I q = byte_of(weights(block, part, sub, k % 32 / 4), k & 3);
      const F by = Simd::mul(scale(block, part), Simd::to_float(scale_of(block, part, at)));
      Simd::store(out, Simd::mul(by, Simd::to_float(q)));
    }
  }

 private:
  static I at(const Byte* block, int part, int index) {
    return Simd::load_i(block + 64 * index + 4 * Simd::width * part);
  }
  static I byte_of(I quad, int index) {  // with its sign
    return Simd::shift_right_signed(Simd::shift_left(quad, 24 - 8 * index), 24);
  }
  static I scale_of(const Byte* block, int part, int index) {
    return byte_of(at(block, part, 48 + index / 4), index & 3);
  }
  static I weights(const Byte* block, int part, int sub, int index) {
    const int half = sub / 4, of = sub % 4;
    const I nibbles = Simd::and_i(
        Simd::shift_right(at(block, part, 16 * half + 8 * (of & 1) + index), of < 2 ? 0 : 4),
        Simd::set1_i(0x0f0f0f0f));
    const I tops = Simd::and_i(Simd::shift_right(at(block, part, 32 + 8 * half + index), 2 * of),
                               Simd::set1_i(0x03030303));
    const I six = Simd::add_i(nibbles, Simd::shift_left(tops, 4));
    // Less 32 in every byte: no sum of bytes may carry into the next.
    return Simd::xor_i(Simd::add_i(six, Simd::set1_i(0x60606060)), Simd::set1_i(kTopBits));
  }
  static constexpr int32_t kTopBits = static_cast<int32_t>(0x80808080);
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
