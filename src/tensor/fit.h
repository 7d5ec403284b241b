// Searches for the scale, or the scale and offset, by which a few values are told by small whole
// numbers with the least weighted squared error. Candidates put the largest value near the end of
// the range; for each, the values' numbers give the scale by least squares, and the best of them is
// refined in turns. Sums are f64 in the order of the values. Private to the module.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
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

// The levels of IQ4_NL.
struct Iq4Levels {
  static constexpr float low = kIq4Levels.front(), high = kIq4Levels.back();
  static int code(float value) {
    int code = 0;
    for (std::size_t i = 1; i < kIq4Levels.size(); ++i)  // the middles between neighbours
      code += value > 0.5f * static_cast<float>(kIq4Levels[i - 1] + kIq4Levels[i]);
    return code;
  }
  static float level(int code) {
    return static_cast<float>(kIq4Levels[static_cast<std::size_t>(code)]);
  }
};

inline float inverse(float scale) {
  return scale != 0 && std::isfinite(1 / scale) ? 1 / scale : 0.0f;
}

template <class Levels>
double error_of(const Weighted& v, float scale) {
  const float inv = inverse(scale);
  double error = 0;
  for (std::size_t i = 0; i < v.x.size(); ++i) {
    const float off = v.x[i] - scale * Levels::level(Levels::code(v.x[i] * inv));
    error += double{v.w[i]} * (off * off);
  }
  return error;
}

// x ≈ scale × level. Either sign: the range may reach further on one side.
template <class Levels>
float fit_scale(const Weighted& v) {
  float peak = 0, best = 0;
  for (const float x : v.x)
    if (std::abs(x) > std::abs(peak)) peak = x;
  double most = 0;  // of the squared error that a scale takes away
  const auto consider = [&](float inv) {
    double xl = 0, ll = 0;
    for (std::size_t i = 0; i < v.x.size(); ++i) {
      const float level = Levels::level(Levels::code(v.x[i] * inv)), wl = v.w[i] * level;
      xl += wl * v.x[i];
      ll += wl * level;
    }
    if (!(xl * xl > most * ll)) return false;
    most = xl * xl / ll;
    best = static_cast<float>(xl / ll);
    return true;
  };
  constexpr int kSteps = 12;
  for (const float end : {Levels::low, Levels::high})
    for (int step = -kSteps; step <= kSteps && inverse(peak) != 0; ++step)
      consider((end + static_cast<float>(step) * (Levels::high - Levels::low) / 256) / peak);
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
  double error = 0;
  for (std::size_t i = 0; i < v.x.size(); ++i) {
    const auto code = static_cast<float>(fit.code(v.x[i], inv, top));
    const float off = v.x[i] - (fit.scale * code + fit.offset);
    error += double{v.w[i]} * (off * off);
  }
  return error;
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

// Weights of squared errors: `importance`, or equal ones where that is null.
inline void weights_of(const float* importance, std::span<float> out) {
  if (importance)
    std::copy_n(importance, out.size(), out.begin());
  else
    std::ranges::fill(out, 1.0f);
}

}  // namespace ashlar::tensor
