// binary16 and bfloat16 in integer arithmetic, so that every machine gives the bits that F16C's
// vcvtph2ps and vcvtps2ph give under round-to-nearest-even. Source: IEEE 754-2019,
// sections 3.4, 4.3.
#include <bit>

#include "tensor/codec.h"

namespace ashlar::tensor {
namespace {

constexpr std::uint32_t kF32Infinity = 0x7F800000u;
constexpr std::uint32_t kF32Quiet = 0x00400000u;
constexpr std::uint32_t kF32MinNormalF16 = 0x38800000u;  // 2^-14
constexpr std::uint32_t kF32OverF16 = 0x47800000u;       // 2^16
constexpr int kMantissaGap = 23 - 10;
constexpr std::uint32_t kBiasGap = (127 - 15) << 23;

// A subnormal's value is mantissa × 2^-24, which f32 holds exactly as a normal number.
std::uint32_t subnormal_f16_to_f32(std::uint32_t mantissa) {
  if (mantissa == 0) return 0;
  const int top = std::bit_width(mantissa) - 1;  // 0 … 9
  const auto exponent = static_cast<std::uint32_t>(top - 24 + 127);
  return exponent << 23 | (mantissa << (23 - top) & 0x007FFFFFu);
}

// Drops `shift` low bits, rounding to nearest, ties to even. REQUIRES: 1 <= shift <= 31.
std::uint32_t shift_right_nearest_even(std::uint32_t value, int shift) {
  const std::uint32_t half = 1u << (shift - 1);
  const std::uint32_t odd = value >> shift & 1u;
  return (value + (half - 1) + odd) >> shift;
}

std::uint32_t finite_f32_to_f16(std::uint32_t magnitude) {
  // A carry out of the mantissa goes into the exponent, and from the largest one into infinity.
  if (magnitude >= kF32MinNormalF16)
    return shift_right_nearest_even(magnitude - kBiasGap, kMantissaGap);
  const int exponent = static_cast<int>(magnitude >> 23);
  const int shift = 126 - exponent;  // the result counts units of 2^-24
  if (shift > 24) return 0;          // below half a unit, f32's own subnormals too
  return shift_right_nearest_even((magnitude & 0x007FFFFFu) | 0x00800000u, shift);
}

}  // namespace

float f16_to_f32(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000u) << 16;
  const std::uint32_t magnitude = bits & 0x7FFFu;
  std::uint32_t result;
  if (magnitude < 0x0400u)
    result = subnormal_f16_to_f32(magnitude);
  else if (magnitude < 0x7C00u)
    result = (magnitude << kMantissaGap) + kBiasGap;
  else if (magnitude == 0x7C00u)
    result = kF32Infinity;
  else
    result = kF32Infinity | kF32Quiet | (magnitude & 0x03FFu) << kMantissaGap;
  return std::bit_cast<float>(sign | result);
}

std::uint16_t f32_to_f16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  std::uint32_t result;
  if (magnitude > kF32Infinity)
    result = 0x7E00u | (magnitude >> kMantissaGap & 0x03FFu);
  else if (magnitude >= kF32OverF16)
    result = 0x7C00u;
  else
    result = finite_f32_to_f16(magnitude);
  return static_cast<std::uint16_t>(sign | result);
}

float bf16_to_f32(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace ashlar::tensor
