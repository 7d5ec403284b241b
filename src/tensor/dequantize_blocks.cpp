// Decoders of blocks of 32 with one scale. Layouts: docs/formats/tensor-types.md.
// Decoding multiplies, then adds (never fma): the bits are those of the reference in PyPI's `gguf`.
#include "tensor/blocks.h"
#include "tensor/codec.h"

namespace ashlar::tensor {
namespace {

float scale_at(const std::byte* in, std::size_t at) {
  return f16_to_f32(half_at(in, at));
}

// Element i of a block whose nibbles begin at `in`: low ones are 0 … 15, high ones 16 … 31.
int nibble(const std::byte* in, std::size_t i) {
  return i < kBlock / 2 ? byte_at(in, i) & 15 : byte_at(in, i - kBlock / 2) >> 4;
}

// The fifth bit of element i, worth 16: bit i of the four bytes at `in`.
int fifth_bit(const std::byte* in, std::size_t i) {
  return (byte_at(in, i / 8) >> i % 8 & 1) << 4;
}

}  // namespace

// f16 scale; nibbles, each less 8.
void dequantize_q4_0(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 18, out += kBlock) {
    const float scale = scale_at(in, 0);
    for (std::size_t i = 0; i < kBlock; ++i)
      out[i] = scale * static_cast<float>(nibble(in + 2, i) - 8);
  }
}

// f16 scale, f16 minimum; nibbles.
void dequantize_q4_1(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 20, out += kBlock) {
    const float scale = scale_at(in, 0), minimum = scale_at(in, 2);
    for (std::size_t i = 0; i < kBlock; ++i)
      out[i] = scale * static_cast<float>(nibble(in + 4, i)) + minimum;
  }
}

// f16 scale; 32 fifth bits; nibbles; each less 16.
void dequantize_q5_0(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 22, out += kBlock) {
    const float scale = scale_at(in, 0);
    for (std::size_t i = 0; i < kBlock; ++i)
      out[i] = scale * static_cast<float>((nibble(in + 6, i) | fifth_bit(in + 2, i)) - 16);
  }
}

// f16 scale, f16 minimum; 32 fifth bits; nibbles.
void dequantize_q5_1(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 24, out += kBlock) {
    const float scale = scale_at(in, 0), minimum = scale_at(in, 2);
    for (std::size_t i = 0; i < kBlock; ++i)
      out[i] = scale * static_cast<float>(nibble(in + 8, i) | fifth_bit(in + 4, i)) + minimum;
  }
}

// f16 scale; 32 signed bytes.
void dequantize_q8_0(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 34, out += kBlock) {
    const float scale = scale_at(in, 0);
    for (std::size_t i = 0; i < kBlock; ++i)
      out[i] = scale * static_cast<float>(static_cast<std::int8_t>(byte_at(in, 2 + i)));
  }
}

// f16 scale; nibbles that number the levels of kIq4Levels.
void dequantize_iq4_nl(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 18, out += kBlock) {
    const float scale = scale_at(in, 0);
    for (std::size_t i = 0; i < kBlock; ++i)
      out[i] = scale * static_cast<float>(kIq4Levels[static_cast<std::size_t>(nibble(in + 2, i))]);
  }
}

}  // namespace ashlar::tensor
