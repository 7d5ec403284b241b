#include "tensor/fit.h"

namespace ashlar::tensor {

std::optional<Affine> fit_line(const Weighted& v, const Affine& guess, int top, Offset offset) {
  const float inv = inverse(guess.scale);
  const auto [w, wq, wqq, wx, wxq] = sums_of<5>(v.x.size(), [&](std::size_t i) {
    const auto q = static_cast<float>(guess.code(v.x[i], inv, top));
    const float wq_i = v.w[i] * q;
    return std::array{v.w[i], wq_i, wq_i * q, v.w[i] * v.x[i], wq_i * v.x[i]};
  });
  const double determinant = w * wqq - wq * wq;
  if (!(determinant > 0)) return std::nullopt;
  double scale = (w * wxq - wx * wq) / determinant, shift = (wqq * wx - wq * wxq) / determinant;
  if (offset == Offset::not_positive && shift > 0) {
    shift = 0;
    scale = wxq / wqq;
  }
  if (!(scale > 0)) return std::nullopt;
  return Affine{static_cast<float>(scale), static_cast<float>(shift)};
}

Affine fit_affine(const Weighted& v, int top, Offset offset) {
  const auto [low, high] = std::ranges::minmax(v.x);
  const float floor = offset == Offset::not_positive ? std::min(low, 0.0f) : low;
  Affine best{0, floor};
  if (!(high > floor)) return best;
  double least = error_of(v, best, top);
  const auto consider = [&](const std::optional<Affine>& fit) {
    if (!fit) return false;
    const double error = error_of(v, *fit, top);
    if (!(error < least)) return false;
    least = error;
    best = *fit;
    return true;
  };
  const float span = high - floor;
  consider(Affine{span / static_cast<float>(top), floor});
  for (int step = -12; step <= 12; ++step)
    consider(fit_line(v, {span / (static_cast<float>(top) + static_cast<float>(step) / 4), floor},
                      top, offset));
  for (int turn = 0; turn < 4; ++turn)
    if (!consider(fit_line(v, best, top, offset))) break;
  return best;
}

void weights_of(const float* x, const float* importance, std::size_t sub, std::span<float> out) {
  for (std::size_t first = 0; first < out.size(); first += sub) {
    const double squares =
        sums_of<1>(sub, [&](std::size_t i) { return std::array{x[first + i] * x[first + i]}; })[0];
    const auto mean = static_cast<float>(squares / static_cast<double>(sub));
    for (std::size_t i = first; i < first + sub; ++i)
      out[i] = std::sqrt(mean + x[i] * x[i]) * (importance ? importance[i] : 1.0f);
  }
}

}  // namespace ashlar::tensor
