// The table of element types and their decoders. Block layouts: docs/formats/tensor-types.md.
// Decoding multiplies, then adds (never fma): the bits are those of the reference in PyPI's `gguf`.
// Knows nothing of files, shapes or packed forms for kernels.
#include "tensor/codec.h"

#include <array>
#include <bit>
#include <cstring>

namespace ashlar::tensor {
namespace {

constexpr std::size_t kBlock = 32;  // elements of a quantized block

std::uint8_t byte_at(const std::byte* in, std::size_t at) {
  return std::to_integer<std::uint8_t>(in[at]);
}

std::uint16_t half_at(const std::byte* in, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(in, at) | byte_at(in, at + 1) << 8);
}

void dequantize_f32(const std::byte* in, float* out, std::size_t blocks) {
  static_assert(std::endian::native == std::endian::little);
  if (blocks != 0) std::memcpy(out, in, blocks * sizeof(float));
}

void dequantize_f16(const std::byte* in, float* out, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) out[i] = f16_to_f32(half_at(in, 2 * i));
}

void dequantize_bf16(const std::byte* in, float* out, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) out[i] = bf16_to_f32(half_at(in, 2 * i));
}

// f16 scale; 16 bytes: low nibbles are elements 0 … 15, high nibbles 16 … 31, each less 8.
void dequantize_q4_0(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 18, out += kBlock) {
    const float scale = f16_to_f32(half_at(in, 0));
    for (std::size_t i = 0; i < kBlock / 2; ++i) {
      const int pair = byte_at(in, 2 + i);
      out[i] = scale * static_cast<float>((pair & 15) - 8);
      out[i + kBlock / 2] = scale * static_cast<float>((pair >> 4) - 8);
    }
  }
}

// f16 scale, f16 minimum; nibbles as in Q4_0, unsigned.
void dequantize_q4_1(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 20, out += kBlock) {
    const float scale = f16_to_f32(half_at(in, 0));
    const float minimum = f16_to_f32(half_at(in, 2));
    for (std::size_t i = 0; i < kBlock / 2; ++i) {
      const int pair = byte_at(in, 4 + i);
      out[i] = scale * static_cast<float>(pair & 15) + minimum;
      out[i + kBlock / 2] = scale * static_cast<float>(pair >> 4) + minimum;
    }
  }
}

// f16 scale; 32 signed bytes.
void dequantize_q8_0(const std::byte* in, float* out, std::size_t blocks) {
  for (; blocks != 0; --blocks, in += 34, out += kBlock) {
    const float scale = f16_to_f32(half_at(in, 0));
    for (std::size_t i = 0; i < kBlock; ++i)
      out[i] = scale * static_cast<float>(static_cast<std::int8_t>(byte_at(in, 2 + i)));
  }
}

// In the order of Dtype. Numbers of types: ggml.h, enum ggml_type.
constexpr std::array kCodecs{
    Codec{Dtype::f32, "F32", 0, 1, 4, dequantize_f32},
    Codec{Dtype::f16, "F16", 1, 1, 2, dequantize_f16},
    Codec{Dtype::bf16, "BF16", 30, 1, 2, dequantize_bf16},
    Codec{Dtype::q4_0, "Q4_0", 2, kBlock, 18, dequantize_q4_0},
    Codec{Dtype::q4_1, "Q4_1", 3, kBlock, 20, dequantize_q4_1},
    Codec{Dtype::q8_0, "Q8_0", 8, kBlock, 34, dequantize_q8_0},
};

constexpr bool in_order_of_dtype() {
  for (std::size_t i = 0; i < kCodecs.size(); ++i)
    if (static_cast<std::size_t>(kCodecs[i].dtype) != i) return false;
  return true;
}
static_assert(in_order_of_dtype());

}  // namespace

std::span<const Codec> codecs() {
  return kCodecs;
}

const Codec& codec_of(Dtype dtype) {
  return kCodecs[static_cast<std::size_t>(dtype)];
}

const Codec* find_codec(std::uint32_t gguf_type) {
  for (const Codec& codec : kCodecs)
    if (codec.gguf_type == gguf_type) return &codec;
  return nullptr;
}

}  // namespace ashlar::tensor
