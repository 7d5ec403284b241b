// The decoders and encoders behind the table in codec.cpp, each a number of whole blocks, and how
// they get at a block's bytes. Private to the module.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ashlar::tensor {

inline constexpr std::size_t kBlock = 32;        // elements of a block with one scale
inline constexpr std::size_t kSuperBlock = 256;  // elements of a K-quant's block

inline std::uint8_t byte_at(const std::byte* in, std::size_t at) {
  return std::to_integer<std::uint8_t>(in[at]);
}

inline std::uint16_t half_at(const std::byte* in, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(in, at) | byte_at(in, at + 1) << 8);
}

inline void put_half(std::byte* out, std::size_t at, std::uint16_t half) {
  out[at] = static_cast<std::byte>(half & 255);
  out[at + 1] = static_cast<std::byte>(half >> 8);
}

using Decoder = void(const std::byte* in, float* out, std::size_t blocks);
Decoder dequantize_q4_0, dequantize_q4_1, dequantize_q5_0, dequantize_q5_1, dequantize_q8_0,
    dequantize_iq4_nl, dequantize_q4_k, dequantize_q5_k, dequantize_q6_k;

using Encoder = void(const float* in, const float* importance, std::byte* out, std::size_t blocks);
Encoder quantize_q4_0, quantize_q4_1, quantize_q5_0, quantize_q5_1, quantize_q8_0, quantize_iq4_nl,
    quantize_q4_k, quantize_q5_k, quantize_q6_k;

}  // namespace ashlar::tensor
