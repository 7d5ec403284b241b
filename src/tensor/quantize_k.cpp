// Encoders of Q4_K and Q5_K: eight sub-blocks of 32, each x ≈ (d × scale) × code − (m × minimum)
// with 6-bit scales and minima. First every sub-block gets the line that fits it best (fit.h); then
// in turns the 6-bit numbers are chosen for the common d and m, among neighbours, by the error that
// they leave, and d and m by least squares for those. Layouts: docs/formats/tensor-types.md.
#include <algorithm>
#include <array>
#include <cmath>

#include "tensor/blocks.h"
#include "tensor/fit.h"

namespace ashlar::tensor {
namespace {

constexpr std::size_t kSub = 32, kSubs = kSuperBlock / kSub;
constexpr int kTop6 = 63;  // the largest 6-bit number
constexpr int kReach = 2;  // neighbours that are tried on either side of the nearest

struct SuperBlock {
  float d = 0, m = 0;  // as f16 holds them
  std::array<int, kSubs> scale{}, minimum{};
  double error = 0;

  Affine line(std::size_t j) const {
    return {d * static_cast<float>(scale[j]), -(m * static_cast<float>(minimum[j]))};
  }
};

int six_bits(float value) {
  return static_cast<int>(std::clamp(value, 0.0f, float{kTop6}) + 0.5f);
}

// The 6-bit numbers of sub-block j beside those nearest to its own line.
void choose_sub(SuperBlock& block, const Weighted& v, std::size_t j, const Affine& own, int top) {
  const int scale = six_bits(own.scale * inverse(block.d));
  const int minimum = six_bits(-own.offset * inverse(block.m));
  double least = -1;
  SuperBlock trial = block;
  for (int s = std::max(scale - kReach, 0); s <= std::min(scale + kReach, kTop6); ++s)
    for (int m = std::max(minimum - kReach, 0); m <= std::min(minimum + kReach, kTop6); ++m) {
      trial.scale[j] = s, trial.minimum[j] = m;
      const double error = error_of(v, trial.line(j), top);
      if (least >= 0 && !(error < least)) continue;
      least = error;
      block.scale[j] = s, block.minimum[j] = m;
    }
  block.error += least;
}

SuperBlock choose(const Weighted& v, std::span<const Affine> own, float d, float m, int top) {
  SuperBlock block;
  block.d = as_half(d), block.m = as_half(m);
  for (std::size_t j = 0; j < kSubs; ++j) choose_sub(block, v.part(j * kSub, kSub), j, own[j], top);
  return block;
}

// d and m that fit the codes of `block` best, by least squares of x on (scale × code, −minimum).
std::pair<float, float> refit(const SuperBlock& block, const Weighted& v, int top) {
  double aa = 0, ab = 0, bb = 0, ax = 0, bx = 0;
  for (std::size_t j = 0; j < kSubs; ++j) {
    const Affine line = block.line(j);
    const float inv = inverse(line.scale);
    for (std::size_t i = j * kSub; i < (j + 1) * kSub; ++i) {
      const double w = v.w[i], x = v.x[i], a = block.scale[j] * line.code(v.x[i], inv, top),
                   b = -block.minimum[j];
      aa += w * a * a;
      ab += w * a * b;
      bb += w * b * b;
      ax += w * a * x;
      bx += w * b * x;
    }
  }
  const double determinant = aa * bb - ab * ab;
  if (determinant > 1e-9 * aa * bb)
    return {static_cast<float>((bb * ax - ab * bx) / determinant),
            static_cast<float>((aa * bx - ab * ax) / determinant)};
  return {aa > 0 ? static_cast<float>(ax / aa) : block.d, block.m};
}

SuperBlock search(const Weighted& v, int top) {
  std::array<Affine, kSubs> own;
  float scale = 0, minimum = 0;
  for (std::size_t j = 0; j < kSubs; ++j) {
    own[j] = fit_affine(v.part(j * kSub, kSub), top, Offset::not_positive);
    scale = std::max(scale, own[j].scale);
    minimum = std::max(minimum, -own[j].offset);
  }
  SuperBlock best = choose(v, own, scale / kTop6, minimum / kTop6, top);
  for (int turn = 0; turn < 3; ++turn) {
    const auto [d, m] = refit(best, v, top);
    const SuperBlock next = choose(v, own, std::max(d, 0.0f), std::max(m, 0.0f), top);
    if (!(next.error < best.error)) break;
    best = next;
  }
  return best;
}

// 12 bytes: see sub_block() in dequantize_k.cpp.
void put_sub_blocks(std::byte* out, const SuperBlock& block) {
  std::array<int, 12> bytes{};
  for (std::size_t j = 0; j < 4; ++j) {
    const int scale = block.scale[j + 4], minimum = block.minimum[j + 4];
    bytes[j] = block.scale[j] | scale >> 4 << 6;
    bytes[j + 4] = block.minimum[j] | minimum >> 4 << 6;
    bytes[j + 8] = (scale & 15) | (minimum & 15) << 4;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) out[i] = static_cast<std::byte>(bytes[i]);
}

// `fifth` is null where codes have four bits; its bytes and those of `nibbles` are zero.
void put_codes(std::byte* nibbles, std::byte* fifth, const SuperBlock& block, const float* x,
               int top) {
  for (std::size_t j = 0; j < kSubs; ++j) {
    const Affine line = block.line(j);
    for (std::size_t i = 0; i < kSub; ++i) {
      const int code = line.code(x[j * kSub + i], top);
      nibbles[j / 2 * kSub + i] |= static_cast<std::byte>((code & 15) << j % 2 * 4);
      if (fifth) fifth[i] |= static_cast<std::byte>((code >> 4) << j);
    }
  }
}

template <int Top>
void quantize_super_block(const float* x, const float* importance, std::byte* out) {
  constexpr std::size_t kFifth = Top == 31 ? 32 : 0;
  std::array<float, kSuperBlock> weights;
  weights_of(x, importance, kSub, weights);
  const SuperBlock block = search({{x, kSuperBlock}, weights}, Top);
  put_half(out, 0, f32_to_f16(block.d));
  put_half(out, 2, f32_to_f16(block.m));
  put_sub_blocks(out + 4, block);
  std::fill_n(out + 16, kFifth + kSuperBlock / 2, std::byte{0});
  put_codes(out + 16 + kFifth, kFifth ? out + 16 : nullptr, block, x, Top);
}

}  // namespace

void quantize_q4_k(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  for (std::size_t b = 0; b < blocks; ++b)
    quantize_super_block<15>(in + b * kSuperBlock,
                             importance ? importance + b * kSuperBlock : nullptr, out + b * 144);
}

void quantize_q5_k(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  for (std::size_t b = 0; b < blocks; ++b)
    quantize_super_block<31>(in + b * kSuperBlock,
                             importance ? importance + b * kSuperBlock : nullptr, out + b * 176);
}

}  // namespace ashlar::tensor
