// Encoder of Q6_K: 16 sub-blocks of 16, each x ≈ (d × scale) × level, levels −32 … 31, with signed
// 8-bit scales. The search goes as in quantize_k.cpp. Layout: docs/formats/tensor-types.md.
#include <algorithm>
#include <array>
#include <cmath>

#include "tensor/blocks.h"
#include "tensor/fit.h"

namespace ashlar::tensor {
namespace {

constexpr std::size_t kSub = 16, kSubs = kSuperBlock / kSub;
using Levels = WholeLevels<-32, 31>;
constexpr int kReach = 3;  // scales that are tried on either side of the nearest
using Scales = WholeLevels<-128, 127>;

struct SuperBlock {
  float d = 0;  // as f16 holds it
  std::array<int, kSubs> scale{};
  double error = 0;

  float step(std::size_t j) const { return d * static_cast<float>(scale[j]); }
};

SuperBlock choose(const Weighted& v, std::span<const float> own, float d) {
  SuperBlock block;
  block.d = as_half(d);
  for (std::size_t j = 0; j < kSubs; ++j) {
    const Weighted sub = v.part(j * kSub, kSub);
    const int nearest = Scales::code(own[j] * inverse(block.d)) - 128;
    double least = -1;
    for (int scale = std::max(nearest - kReach, -128); scale <= std::min(nearest + kReach, 127);
         ++scale) {
      const double error = error_of<Levels>(sub, block.d * static_cast<float>(scale));
      if (least >= 0 && !(error < least)) continue;
      least = error;
      block.scale[j] = scale;
    }
    block.error += least;
  }
  return block;
}

// d that fits the levels of `block` best, by least squares.
float refit(const SuperBlock& block, const Weighted& v) {
  double aa = 0, ax = 0;
  for (std::size_t j = 0; j < kSubs; ++j) {
    const float inv = inverse(block.step(j));
    for (std::size_t i = j * kSub; i < (j + 1) * kSub; ++i) {
      const double a = block.scale[j] * Levels::level(Levels::code(v.x[i] * inv));
      aa += v.w[i] * a * a;
      ax += v.w[i] * a * v.x[i];
    }
  }
  return aa > 0 ? static_cast<float>(ax / aa) : block.d;
}

SuperBlock search(const Weighted& v) {
  std::array<float, kSubs> own;
  float peak = 0;
  for (std::size_t j = 0; j < kSubs; ++j) {
    own[j] = fit_scale<Levels>(v.part(j * kSub, kSub));
    if (std::abs(own[j]) > std::abs(peak)) peak = own[j];
  }
  SuperBlock best = choose(v, own, peak / Scales::low);
  for (int turn = 0; turn < 3; ++turn) {
    const SuperBlock next = choose(v, own, refit(best, v));
    if (!(next.error < best.error)) break;
    best = next;
  }
  return best;
}

void quantize_super_block(const float* x, const float* importance, std::byte* out) {
  std::array<float, kSuperBlock> weights;
  weights_of(x, importance, kSub, weights);
  const SuperBlock block = search({{x, kSuperBlock}, weights});
  std::fill_n(out, 192, std::byte{0});
  for (std::size_t k = 0; k < kSuperBlock; ++k) {
    const int code = Levels::code(x[k] * inverse(block.step(k / kSub)));
    const std::size_t half = k / 128, at = k % 128;
    out[64 * half + at % 64] |= static_cast<std::byte>((code & 15) << at / 64 * 4);
    out[128 + 32 * half + at % 32] |= static_cast<std::byte>((code >> 4) << at / 32 * 2);
  }
  for (std::size_t j = 0; j < kSubs; ++j) out[192 + j] = static_cast<std::byte>(block.scale[j]);
  put_half(out, 208, f32_to_f16(block.d));
}

}  // namespace

void quantize_q6_k(const float* in, const float* importance, std::byte* out, std::size_t blocks) {
  for (std::size_t b = 0; b < blocks; ++b)
    quantize_super_block(in + b * kSuperBlock, importance ? importance + b * kSuperBlock : nullptr,
                         out + b * 210);
}

}  // namespace ashlar::tensor
