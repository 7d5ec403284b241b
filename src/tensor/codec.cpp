// The table of element types, and the codecs of plain floats; (de)quantize_*.cpp have the others.
// Knows nothing of files, shapes or packed forms for kernels.
#include "tensor/codec.h"

#include <array>
#include <bit>
#include <cstring>

#include "tensor/blocks.h"

namespace ashlar::tensor {
namespace {

void dequantize_f32(const std::byte* in, float* out, std::size_t blocks) {
  static_assert(std::endian::native == std::endian::little);
  if (blocks != 0) std::memcpy(out, in, blocks * sizeof(float));
}

void dequantize_f16(const std::byte* in, float* out, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) out[i] = f16_to_f32(half_at(in, 2 * i));
}

void quantize_f32(const float* in, const float* /*importance*/, std::byte* out,
                  std::size_t blocks) {
  if (blocks != 0) std::memcpy(out, in, blocks * sizeof(float));
}

void quantize_f16(const float* in, const float* /*importance*/, std::byte* out,
                  std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) put_half(out, 2 * i, f32_to_f16(in[i]));
}

void dequantize_bf16(const std::byte* in, float* out, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) out[i] = bf16_to_f32(half_at(in, 2 * i));
}

// In the order of Dtype. Numbers of types: ggml.h, enum ggml_type.
constexpr std::array kCodecs{
    Codec{Dtype::f32, "F32", 0, 1, 4, dequantize_f32, quantize_f32},
    Codec{Dtype::f16, "F16", 1, 1, 2, dequantize_f16, quantize_f16},
    Codec{Dtype::bf16, "BF16", 30, 1, 2, dequantize_bf16, nullptr},
    Codec{Dtype::q4_0, "Q4_0", 2, kBlock, 18, dequantize_q4_0, quantize_q4_0},
    Codec{Dtype::q4_1, "Q4_1", 3, kBlock, 20, dequantize_q4_1, quantize_q4_1},
    Codec{Dtype::q8_0, "Q8_0", 8, kBlock, 34, dequantize_q8_0, quantize_q8_0},
    Codec{Dtype::q5_0, "Q5_0", 6, kBlock, 22, dequantize_q5_0, quantize_q5_0},
    Codec{Dtype::q5_1, "Q5_1", 7, kBlock, 24, dequantize_q5_1, quantize_q5_1},
    Codec{Dtype::q4_k, "Q4_K", 12, kSuperBlock, 144, dequantize_q4_k, quantize_q4_k},
    Codec{Dtype::q5_k, "Q5_K", 13, kSuperBlock, 176, dequantize_q5_k, quantize_q5_k},
    Codec{Dtype::q6_k, "Q6_K", 14, kSuperBlock, 210, dequantize_q6_k, quantize_q6_k},
    Codec{Dtype::iq4_nl, "IQ4_NL", 20, kBlock, 18, dequantize_iq4_nl, quantize_iq4_nl},
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
