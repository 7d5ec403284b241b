// Element types and their block codecs. A type is a row in one table: nothing else switches on it
// but kernels that have a packed form for it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ashlar::tensor {

enum class Dtype : std::uint8_t {
  f32,
  f16,
  bf16,
  q4_0,
  q4_1,
  q8_0,
  q5_0,
  q5_1,
  q4_k,
  q5_k,
  q6_k,
  iq4_nl
};

struct Codec {
  Dtype dtype;
  std::string_view name;         // as ggml spells it: "F32", "Q4_1"
  std::uint32_t gguf_type;       // ggml_type in a GGUF file
  std::uint32_t block_elements;  // a row's length must be a multiple; divides 256
  std::uint32_t block_bytes;
  // Decodes whole blocks into f32: out has blocks × block_elements values. `in` needs no alignment.
  void (*dequantize)(const std::byte* in, float* out, std::size_t blocks);
  // Encodes whole blocks, a function of their values alone. `importance` weighs each element's
  // squared error (finite, not negative), or is null. Values are finite; where a block's scale
  // would be past binary16's range it becomes infinite. Null: we don't write this type.
  void (*quantize)(const float* in, const float* importance, std::byte* out, std::size_t blocks);

  std::size_t bytes_for(std::size_t elements) const {
    return elements / block_elements * block_bytes;
  }
};

std::span<const Codec> codecs();
const Codec& codec_of(Dtype dtype);
const Codec* find_codec(std::uint32_t gguf_type);  // nullptr: a type that we don't read

// What the nibbles of IQ4_NL stand for.
inline constexpr std::array<std::int8_t, 16> kIq4Levels = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// IEEE binary16 and bfloat16. Narrowing rounds to nearest, ties to even; binary16 NaNs become quiet
// with their payload kept: the bits of F16C. bfloat16 is the upper half of an f32, as it stands.
float f16_to_f32(std::uint16_t bits);
std::uint16_t f32_to_f16(float value);
float bf16_to_f32(std::uint16_t bits);

}  // namespace ashlar::tensor
