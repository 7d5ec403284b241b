// Decoders of K-quants: super-blocks of 256 whose sub-blocks' scales are quantized themselves.
// Layouts: docs/formats/tensor-types.md. Products are rounded one by one, in the order of the
// reference in PyPI's `gguf`.
#include "tensor/blocks.h"
#include "tensor/codec.h"

namespace ashlar::tensor {
namespace {

constexpr std::size_t kSub = 32;  // elements of a sub-block of Q4_K and Q5_K

// The 12 bytes that hold eight 6-bit scales and eight 6-bit minima: the first four of each lie in
// the low six bits of bytes 0 … 7; of the others, bytes 8 … 11 hold the low nibbles (scale below,
// minimum above) and the top two bits of bytes 0 … 7 the rest.
struct SubBlock {
  float scale, minimum;
};
SubBlock sub_block(const std::byte* packed, std::size_t j) {
  if (j < 4)
    return {static_cast<float>(byte_at(packed, j) & 63),
            static_cast<float>(byte_at(packed, j + 4) & 63)};
  const int low = byte_at(packed, j + 4);
  return {static_cast<float>((low & 15) | byte_at(packed, j - 4) >> 6 << 4),
          static_cast<float>(low >> 4 | byte_at(packed, j) >> 6 << 4)};
}

// Sub-block j of nibbles: 32 bytes hold an even one in their low halves, the odd one after it in
// their high halves.
int nibble(const std::byte* quants, std::size_t j, std::size_t i) {
  return byte_at(quants, j / 2 * kSub + i) >> (j % 2 * 4) & 15;
}

// What Q4_K and Q5_K share; quant(j, i) is element i of sub-block j.
template <class Quant>
void dequantize_super_block(const std::byte* in, float* out, Quant quant) {
  const float scale = f16_to_f32(half_at(in, 0)), minimum = f16_to_f32(half_at(in, 2));
  for (std::size_t j = 0; j < kSuperBlock / kSub; ++j) {
    const SubBlock sub = sub_block(in + 4, j);
    const float d = scale * sub.scale, m = minimum * sub.minimum;
    for (std::size_t i = 0; i < kSub; ++i)
      out[kSub * j + i] = d * static_cast<float>(quant(j, i)) - m;
  }
}

}  // namespace

// f16 scale and f16 minimum of the sub-blocks' 6-bit scales and minima; nibbles.
void dequantize_q4_k(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 144, out += kSuperBlock)
    dequantize_super_block(
        in, out, [quants = in + 16](std::size_t j, std::size_t i) { return nibble(quants, j, i); });
}

// As Q4_K; bit j of 32 bytes before the nibbles is the fifth bit of sub-block j.
void dequantize_q5_k(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 176, out += kSuperBlock)
    dequantize_super_block(in, out,
                           [fifth = in + 16, quants = in + 48](std::size_t j, std::size_t i) {
                             return nibble(quants, j, i) | (byte_at(fifth, i) >> j & 1) << 4;
                           });
}

// Halves of 128 elements: 64 bytes of low nibbles (64 elements below, 64 above), 32 bytes of two
// upper bits for the four 32s. 16 signed scales, one for 16 elements, and last their f16 scale.
void dequantize_q6_k(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 210, out += kSuperBlock) {
    const float scale = f16_to_f32(half_at(in, 208));
    for (std::size_t k = 0; k < kSuperBlock; ++k) {
      const std::size_t half = k / 128, at = k % 128;
      const int low = byte_at(in, 64 * half + at % 64) >> (at / 64 * 4) & 15;
      const int high = byte_at(in, 128 + 32 * half + at % 32) >> (at / 32 * 2) & 3;
      const auto sub = static_cast<std::int8_t>(byte_at(in, 192 + k / 16));
      out[k] = scale * static_cast<float>(sub) * static_cast<float>((low | high << 4) - 32);
    }
  }
}

}  // namespace ashlar::tensor
