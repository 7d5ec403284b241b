// Encoders of blocks of 32 with one scale. Without importance their bytes are those of PyPI gguf's
// reference: the largest value (or the extremes) sets the scale, f32 divisions and roundings in its
// order. With importance, and always for IQ4_NL, the scale is searched for (fit.h).
// Layouts: docs/formats/tensor-types.md.
#include <array>
#include <cmath>

#include "tensor/blocks.h"
#include "tensor/fit.h"

namespace ashlar::tensor {
namespace {

using Codes = std::array<int, kBlock>;

// Low nibbles of the first half of a block, then of the second.
void put_nibbles(std::byte* out, const Codes& codes) {
  for (std::size_t i = 0; i < kBlock / 2; ++i)
    out[i] = static_cast<std::byte>((codes[i] & 15) | (codes[i + kBlock / 2] & 15) << 4);
}

void put_fifth_bits(std::byte* out, const Codes& codes) {
  for (std::size_t i = 0; i < kBlock / 8; ++i) {
    int bits = 0;
    for (std::size_t bit = 0; bit < 8; ++bit) bits |= (codes[8 * i + bit] >> 4 & 1) << bit;
    out[i] = static_cast<std::byte>(bits);
  }
}

// A block's scale and codes: x ≈ scale × (code − offset).
struct Symmetric {
  float scale;
  Codes codes;
};

// The value furthest from zero, the first of equals, becomes −Half.
template <int Half>
Symmetric reference_symmetric(const float* x) {
  float peak = x[0];
  for (std::size_t i = 1; i < kBlock; ++i)
    if (std::abs(x[i]) > std::abs(peak)) peak = x[i];
  Symmetric block{peak / -Half, {}};
  const float inv = inverse(block.scale);
  for (std::size_t i = 0; i < kBlock; ++i)
    block.codes[i] = std::min(static_cast<int>(x[i] * inv + (Half + 0.5f)), 2 * Half - 1);
  return block;
}

template <class Levels>
Symmetric searched(const float* x, const float* importance) {
  std::array<float, kBlock> weights;
  weights_of(x, importance, kBlock, weights);
  Symmetric block{as_half(fit_scale<Levels>({{x, kBlock}, weights})), {}};
  const float inv = inverse(block.scale);
  for (std::size_t i = 0; i < kBlock; ++i) block.codes[i] = Levels::code(x[i] * inv);
  return block;
}

template <int Half>
Symmetric symmetric(const float* x, const float* importance) {
  return importance ? searched<WholeLevels<-Half, Half - 1>>(x, importance)
                    : reference_symmetric<Half>(x);
}

struct Line {
  float scale, minimum;
  Codes codes;
};

// The smallest value becomes 0 and the largest `top`.
Line reference_line(const float* x, int top) {
  const auto [low, high] = std::ranges::minmax(std::span(x, kBlock));
  Line block{(high - low) / static_cast<float>(top), low, {}};
  const float inv = inverse(block.scale);
  for (std::size_t i = 0; i < kBlock; ++i)
    block.codes[i] = std::min(static_cast<int>((x[i] - low) * inv + 0.5f), top);
  return block;
}

Line line(const float* x, const float* importance, int top) {
  if (!importance) return reference_line(x, top);
  std::array<float, kBlock> weights;
  weights_of(x, importance, kBlock, weights);
  Affine fit = fit_affine({{x, kBlock}, weights}, top, Offset::any);
  fit = {as_half(fit.scale), as_half(fit.offset)};
  Line block{fit.scale, fit.offset, {}};
  for (std::size_t i = 0; i < kBlock; ++i) block.codes[i] = fit.code(x[i], top);
  return block;
}

// Calls encode(x, importance, out) for every block of `bytes`.
template <class Encode>
void each_block(const float* in, const float* importance, std::byte* out, std::size_t blocks,
                std::size_t bytes, Encode encode) {
  for (std::size_t b = 0; b < blocks; ++b)
    encode(in + b * kBlock, importance ? importance + b * kBlock : nullptr, out + b * bytes);
}

}  // namespace

void quantize_q4_0(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  each_block(in, importance, out, blocks, 18, [](const float* x, const float* w, std::byte* to) {
    const Symmetric block = symmetric<8>(x, w);
    put_half(to, 0, f32_to_f16(block.scale));
    put_nibbles(to + 2, block.codes);
  });
}

void quantize_q5_0(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  each_block(in, importance, out, blocks, 22, [](const float* x, const float* w, std::byte* to) {
    const Symmetric block = symmetric<16>(x, w);
    put_half(to, 0, f32_to_f16(block.scale));
    put_fifth_bits(to + 2, block.codes);
    put_nibbles(to + 6, block.codes);
  });
}

void quantize_q4_1(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  each_block(in, importance, out, blocks, 20, [](const float* x, const float* w, std::byte* to) {
    const Line block = line(x, w, 15);
    put_half(to, 0, f32_to_f16(block.scale));
    put_half(to, 2, f32_to_f16(block.minimum));
    put_nibbles(to + 4, block.codes);
  });
}

void quantize_q5_1(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  each_block(in, importance, out, blocks, 24, [](const float* x, const float* w, std::byte* to) {
    const Line block = line(x, w, 31);
    put_half(to, 0, f32_to_f16(block.scale));
    put_half(to, 2, f32_to_f16(block.minimum));
    put_fifth_bits(to + 4, block.codes);
    put_nibbles(to + 8, block.codes);
  });
}

// Rounded half away from zero. 8 bits leave importance nothing to choose.
void quantize_q8_0(const float* in, const float* /*importance*/, std::byte* out,
                   std::size_t blocks) {
  each_block(in, nullptr, out, blocks, 34, [](const float* x, const float*, std::byte* to) {
    float peak = 0;
    for (std::size_t i = 0; i < kBlock; ++i) peak = std::max(peak, std::abs(x[i]));
    const float scale = peak / 127, inv = inverse(scale);
    put_half(to, 0, f32_to_f16(scale));
    for (std::size_t i = 0; i < kBlock; ++i) {
      const float value = x[i] * inv, size = std::abs(value);
      const int whole = static_cast<int>(size);
      const int nearest = whole + static_cast<int>(2 * (size - static_cast<float>(whole)));
      to[2 + i] = static_cast<std::byte>(value < 0 ? -nearest : nearest);
    }
  });
}

void quantize_iq4_nl(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  each_block(in, importance, out, blocks, 18, [](const float* x, const float* w, std::byte* to) {
    const Symmetric block = searched<Iq4Levels>(x, w);
    put_half(to, 0, f32_to_f16(block.scale));
    put_nibbles(to + 2, block.codes);
  });
}

}  // namespace ashlar::tensor
