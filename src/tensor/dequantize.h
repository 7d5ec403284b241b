// The decoders behind the table in codec.cpp, each a number of whole blocks into f32, and how they
// read a block's bytes. Private to the module.
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

void dequantize_q4_0(const std::byte* in, float* out, std::size_t blocks);
void dequantize_q4_1(const std::byte* in, float* out, std::size_t blocks);
void dequantize_q5_0(const std::byte* in, float* out, std::size_t blocks);
void dequantize_q5_1(const std::byte* in, float* out, std::size_t blocks);
void dequantize_q8_0(const std::byte* in, float* out, std::size_t blocks);
void dequantize_iq4_nl(const std::byte* in, float* out, std::size_t blocks);

void dequantize_q4_k(const std::byte* in, float* out, std::size_t blocks);
void dequantize_q5_k(const std::byte* in, float* out, std::size_t blocks);
void dequantize_q6_k(const std::byte* in, float* out, std::size_t blocks);

}  // namespace ashlar::tensor
