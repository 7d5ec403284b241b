#include "model/rope.h"

#include "kernels/math.h"

namespace ashlar::model {

// Frequencies and angles are rounded to f32 where the reference implementations round them.
Result<Rope> Rope::create(const Config& config) {
  const std::uint32_t half = config.head_width / 2;
  const std::size_t count = std::size_t{config.context} * half;
  Rope rope;
  ASHLAR_ASSIGN(rope.memory, tensor::Buffer::create(2 * count * sizeof(float), "rope table"));
  auto* cos = reinterpret_cast<float*>(rope.memory.data());
  float* sin = cos + count;
  for (std::uint32_t i = 0; i < half; ++i) {
    const double exponent = -2.0 * i / config.head_width;
    const auto frequency = static_cast<float>(kernels::pow_f64(config.rope_base, exponent));
    for (std::size_t p = 0; p < config.context; ++p) {
      const float angle = static_cast<float>(p) * frequency;
      cos[p * half + i] = static_cast<float>(kernels::cos_f64(angle));
      sin[p * half + i] = static_cast<float>(kernels::sin_f64(angle));
    }
  }
  rope.table = {cos, sin};
  return rope;
}

}  // namespace ashlar::model
