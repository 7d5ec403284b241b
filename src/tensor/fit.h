// Searches for the scale, or the scale and offset, by which a few values are told by small whole
// numbers with the least weighted squared error. Candidates put the largest value near the end of
// the range; for each, the values' numbers give the scale by least squares, and the best of them is
// refined in turns. Sums run in eight f32 lanes. Private to the module.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "tensor/codec.h"

namespace ashlar::tensor {

// Values and the weights of their squared errors, equally long.
struct Weighted {
  std::span<const float> x, w;

  Weighted part(std::size_t first, std::size_t count) const {
    return {x.subspan(first, count), w.subspan(first, count)};
  }
};

// The whole numbers Low … High; a code counts from Low.
template <int Low, int High>
struct WholeLevels {
  static constexpr float low = Low, high = High;
  static int code(float value) {
    return static_cast<int>(std::clamp(value - Low, 0.0f, float{High - Low}) + 0.5f);
  }
  static float level(int code) { return static_cast<float>(code + Low); }
};

// The levels of IQ4_NL, found by a table of half steps: the middles between neighbours are such.
struct Iq4Levels {
  static constexpr float low = kIq4Levels.front(), high = kIq4Levels.back();
  static constexpr std::array<std::uint8_t, 512> kCodes = [] {
    std::array<std::uint8_t, 512> codes{};
    for (int step = 0; step < 512; ++step)
      for (std::size_t i = 1; i < kIq4Levels.size(); ++i)
        codes[static_cast<std::size_t>(step)] +=
            step - 256 >= kIq4Levels[i - 1] + kIq4Levels[i] ? 1 : 0;
    return codes;
  }();
  static int code(float value) {
    return kCodes[static_cast<std::size_t>(2 * std::clamp(value + 128, 0.0f, 255.5f))];
  }
  static float level(int code) {
    return static_cast<float>(kIq4Levels[static_cast<std::size_t>(code)]);
  }
};

// Σ term(i) over all values, several terms at once: term(i) gives an array of them.
// REQUIRES: a multiple of eight values.
template <std::size_t Terms, class Term>
std::array<double, Terms> sums_of(std::size_t values, Term term) {
  constexpr std::size_t kLanes = 8;
  float lanes[Terms][kLanes] = {};
  for (std::size_t i = 0; i < values; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::array<float, Terms> terms = term(i + lane);
      for (std::size_t t = 0; t < Terms; ++t) lanes[t][lane] += terms[t];
    }
  std::array<double, Terms> totals{};
  for (std::size_t t = 0; t < Terms; ++t)
    for (const float lane : lanes[t]) totals[t] += lane;
  return totals;
}

inline float inverse(float scale) {
  return scale != 0 && std::isfinite(1 / scale) ? 1 / scale : 0.0f;
}

template <class Levels>
double error_of(const Weighted& v, float scale) {
  const float inv = inverse(scale);
  return sums_of<1>(v.x.size(), [&](std::size_t i) {
    const float off = v.x[i] - scale * Levels::level(Levels::code(v.x[i] * inv));
    return std::array{v.w[i] * (off * off)};
  })[0];
}

// x ≈ scale × level. Either sign: the range may reach further on one side.
template <class Levels>
float fit_scale(const Weighted& v) {
  float peak = 0, best = 0;
  for (const float x : v.x)
    if (std::abs(x) > std::abs(peak)) peak = x;
  double most = 0;  // of the squared error that a scale takes away
  const auto consider = [&](float inv) {
    const auto [xl, ll] = sums_of<2>(v.x.size(), [&](std::size_t i) {
      const float level = Levels::level(Levels::code(v.x[i] * inv)), wl = v.w[i] * level;
      return std::array{wl * v.x[i], wl * level};
    });
    if (!(xl * xl > most * ll)) return false;
    most = xl * xl / ll;
    best = static_cast<float>(xl / ll);
    return true;
  };
  constexpr int kSteps = 16;
  for (const float end : {Levels::low, Levels::high})
    for (int step = -kSteps; step <= kSteps && inverse(peak) != 0; ++step)
      consider((end + static_cast<float>(step) * (Levels::high - Levels::low) / 128) / peak);
  for (int turn = 0; turn < 4 && best != 0; ++turn)
    if (!consider(inverse(best))) break;
  return best;
}

// x ≈ scale × code + offset, codes 0 … top.
struct Affine {
  float scale = 0, offset = 0;

  int code(float x, int top) const { return code(x, inverse(scale), top); }
  int code(float x, float inv, int top) const {
    return static_cast<int>(std::clamp((x - offset) * inv, 0.0f, static_cast<float>(top)) + 0.5f);
  }
};

inline double error_of(const Weighted& v, const Affine& fit, int top) {
  const float inv = inverse(fit.scale);
  return sums_of<1>(v.x.size(), [&](std::size_t i) {
    const auto code = static_cast<float>(fit.code(v.x[i], inv, top));
    const float off = v.x[i] - (fit.scale * code + fit.offset);
    return std::array{v.w[i] * (off * off)};
  })[0];
}

enum class Offset { any, not_positive };

// The least-squares line through values whose codes are those of `guess`; nothing where the scale
// would not be positive.
std::optional<Affine> fit_line(const Weighted& v, const Affine& guess, int top, Offset offset);
Affine fit_affine(const Weighted& v, int top, Offset offset);

// The nearest f16, as a block stores it.
inline float as_half(float value) {
  return f16_to_f32(f32_to_f16(value));
}

// Weights of squared errors: importance × √(σ² + x²), σ² the mean square of the `sub` values that x
// is among. Larger values weigh more because that was measured to change a model's output least;
// equal weights and x² change it more (docs/lab-notes.md). Null `importance` is 1 everywhere.
void weights_of(const float* x, const float* importance, std::size_t sub, std::span<float> out);

}  // namespace ashlar::tensor
