#include "kernels/math.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace ashlar::kernels {
namespace {

// ln 2 and π/2 in two parts: the first has trailing zeros, so that a small integer times it is
// exact (Cody and Waite).
constexpr double kLog2E = 0x1.71547652b82fep+0;
constexpr double kLn2Hi = 0x1.62e42fee00000p-1, kLn2Lo = 0x1.a39ef35793c76p-33;
constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
constexpr double kHalfPiHi = 0x1.921fb54400000p+0, kHalfPiLo = 0x1.0b4611a626331p-34;
constexpr double kRound = 0x1.8p52;  // adding and subtracting it rounds to the nearest integer

template <std::size_t N>
double horner(const std::array<double, N>& c, double x) {  // c[0] is the highest power's
  double sum = c[0];
  for (std::size_t i = 1; i < N; ++i) sum = sum * x + c[i];
  return sum;
}

double power_of_two(std::int64_t n) {  // -1022 ≤ n ≤ 1023
  return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

// Taylor series of sin and cos on |r| ≤ π/4; the first omitted terms are below 1e-18.
double sin_reduced(double r) {
  static constexpr std::array<double, 8> c = {
      1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800,
      1.0 / 362880,          -1.0 / 5040,          1.0 / 120,        -1.0 / 6};
  const double z = r * r;
  return r + r * z * horner(c, z);
}

double cos_reduced(double r) {
  static constexpr std::array<double, 8> c = {
      1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800,
      1.0 / 40320,          -1.0 / 720,         1.0 / 24,        -1.0 / 2};
  const double z = r * r;
  return 1.0 + z * horner(c, z);
}

// sin(x + quarter × π/2)
double sin_quarter(double x, int quarter) {
  const double n = (x * kTwoOverPi + kRound) - kRound;
  const double r = (x - n * kHalfPiHi) - n * kHalfPiLo;
  const auto q = (static_cast<std::int64_t>(n) + quarter) & 3;
  const double value = (q & 1) ? cos_reduced(r) : sin_reduced(r);
  return (q & 2) ? -value : value;
}

constexpr std::size_t kLanes = 16, kChunk = 1024;

// f32 exp of 16 lanes at once, written so that a compiler may vectorize it at any width without
// changing a bit: lane-wise IEEE operations only. Below -87 it is 0.
void exp_lanes(float (&x)[kLanes]) {
  constexpr float kHi = 0x1.62e4p-1f, kLo = 0x1.7f7d1cp-20f, kMagic = 0x1.8p23f;
  for (float& v : x) {
    const float clamped = v < -87.0f ? -87.0f : (v > 88.0f ? 88.0f : v);
    const float shifted = clamped * 0x1.715476p+0f + kMagic;
    const float n = shifted - kMagic;
    const float r = (clamped - n * kHi) - n * kLo;
    float p = 1.0f / 5040;
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    const auto exponent = (std::bit_cast<std::uint32_t>(shifted) + 127u) << 23;
    const float scaled = p * std::bit_cast<float>(exponent);
    v = v < -87.0f ? 0.0f : scaled;
  }
}

float tree(float (&x)[kLanes]) {
  for (std::size_t half = kLanes / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) x[i] += x[i + half];
  return x[0];
}

float sum_exp_chunk(std::span<const float> logits, float shift) {
  float sum[kLanes] = {};
  for (std::size_t at = 0; at < logits.size(); at += kLanes) {
    float lane[kLanes];
    const std::size_t n = std::min(kLanes, logits.size() - at);
    for (std::size_t i = 0; i < kLanes; ++i) lane[i] = i < n ? logits[at + i] - shift : -1000.0f;
    exp_lanes(lane);
    for (std::size_t i = 0; i < kLanes; ++i) sum[i] += lane[i];
  }
  return tree(sum);
}

}  // namespace

double exp_f64(double x) {
  if (x != x) return x;
  // A little past the range, where the product at the end overflows or rounds to 0 by itself.
  if (x > 710) return std::numeric_limits<double>::infinity();
  if (x < -746) return 0;
  static constexpr std::array<double, 14> c = {1.0 / 6227020800,
                                               1.0 / 479001600,
                                               1.0 / 39916800,
                                               1.0 / 3628800,
                                               1.0 / 362880,
                                               1.0 / 40320,
                                               1.0 / 5040,
                                               1.0 / 720,
                                               1.0 / 120,
                                               1.0 / 24,
                                               1.0 / 6,
                                               0.5,
                                               1.0,
                                               1.0};
  const double n = (x * kLog2E + kRound) - kRound;
  const double r = (x - n * kLn2Hi) - n * kLn2Lo;
  const auto k = static_cast<std::int64_t>(n);
  const std::int64_t half = k / 2;  // in two steps, so that subnormal results come out right
  return horner(c, r) * power_of_two(half) * power_of_two(k - half);
}

double log_f64(double x) {
  if (!(x > 0))
    return x == 0 ? -std::numeric_limits<double>::infinity()
                  : std::numeric_limits<double>::quiet_NaN();
  if (x > std::numeric_limits<double>::max()) return x;
  std::int64_t k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  k += static_cast<std::int64_t>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 0x1.6a09e667f3bcdp+0) {  // keep m within √½ … √2
    m *= 0.5;
    ++k;
  }
  // log m = 2 atanh(s), s = (m - 1) / (m + 1)
  static constexpr std::array<double, 11> c = {2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17,
                                               2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9,
                                               2.0 / 7,  2.0 / 5,  2.0 / 3};
  const double f = m - 1, s = f / (2 + f), z = s * s;
  const double n = static_cast<double>(k);
  return n * kLn2Hi + (2 * s + (s * z * horner(c, z) + n * kLn2Lo));
}

double pow_f64(double x, double y) {
  return exp_f64(y * log_f64(x));
}
double sin_f64(double x) {
  return sin_quarter(x, 0);
}
double cos_f64(double x) {
  return sin_quarter(x, 1);
}

double log_sum_exp(std::span<const float> logits) {
  float largest = -std::numeric_limits<float>::infinity();
  bool has_nan = false;
  for (const float v : logits) {
    has_nan |= v != v;
    largest = v > largest ? v : largest;
  }
  if (has_nan) return std::numeric_limits<double>::quiet_NaN();
  if (!(largest > -std::numeric_limits<float>::infinity()) ||
      largest == std::numeric_limits<float>::infinity())
    return static_cast<double>(largest);
  double sum = 0;
  for (std::size_t at = 0; at < logits.size(); at += kChunk)
    sum += static_cast<double>(
        sum_exp_chunk(logits.subspan(at, std::min(kChunk, logits.size() - at)), largest));
  return static_cast<double>(largest) + log_f64(sum);
}

void exp_scaled(std::span<const float> logits, float shift, float scale, std::span<float> out) {
  for (std::size_t at = 0; at < logits.size(); at += kLanes) {
    float lane[kLanes];
    const std::size_t n = std::min(kLanes, logits.size() - at);
    for (std::size_t i = 0; i < kLanes; ++i)
      lane[i] = i < n ? (logits[at + i] - shift) * scale : 0.0f;
    exp_lanes(lane);
    for (std::size_t i = 0; i < n; ++i) out[at + i] = lane[i];
  }
}

}  // namespace ashlar::kernels
