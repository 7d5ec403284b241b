#include "llm/divergence.h"

#include <cstddef>

#include "kernels/math.h"

namespace ashlar::llm {

double divergence(std::span<const float> p, double p_total, std::span<const float> q,
                  double q_total) {
  double sum = 0;
  for (std::size_t id = 0; id < p.size(); ++id) {
    const double log_p = p[id] - p_total;
    sum += kernels::exp_f64(log_p) * (log_p - (q[id] - q_total));
  }
  return sum;
}

}  // namespace ashlar::llm
