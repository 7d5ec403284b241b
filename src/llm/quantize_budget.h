// Types for a budget. Every matrix is measured alone in the coarsest type: the KL that it costs. In
// another type it is taken to cost as much more or less as the squared error of its weights is.
// Then upgrades are bought where a byte saves most, along each matrix's convex hull of bytes and
// cost. Private to the module.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "llm/calibration.h"
#include "llm/encode_tensor.h"
#include "llm/importance.h"
#include "llm/measurement_log.h"
#include "llm/quantize_plan.h"

namespace ashlar::llm {

struct Budget {
  std::optional<double> bits_per_weight, max_kl;  // one of them
};

struct Chosen {
  Plan plan;
  std::vector<std::optional<double>> kl;  // of each tensor alone in its type
  double total = 0;                       // of all together
};

class BudgetChoice {
 public:
  using Progress = std::function<void(std::string_view what, std::size_t done, std::size_t total)>;

  // All outlive the object. `base` has the coarsest types.
  BudgetChoice(const Encoding& with, const Calibration& calibration, const Importance& importance,
               MeasurementLog& log, const Plan& base, const Progress& progress)
      : with_(with),
        calibration_(calibration),
        importance_(importance),
        log_(log),
        base_(base),
        progress_(progress) {}

  // REQUIRES: the coarsest types are within bits_per_weight. Errors: a max_kl that no types meet.
  Result<Chosen> choose(const Budget& budget);

 private:
  struct Upgrade {
    std::size_t tensor;
    const tensor::Codec* codec;
    std::uint64_t bytes;  // more than before
    double gain;          // KL saved, as estimated
  };

  Result<double> kl_alone(std::size_t tensor, const tensor::Codec& codec) const;
  Result<double> error_of(std::size_t tensor, const tensor::Codec& codec) const;
  Result<double> kl_of(const Plan& plan) const;
  Result<double> measured_kl(const Plan& plan) const;
  Status measure();
  Status add_upgrades(std::size_t tensor);
  Plan with_upgrades(std::size_t count) const;
  Plan within_bits(double bits) const;
  Result<Plan> within_kl(double most);
  Status measure_upgraded(Chosen& chosen) const;

  const Encoding& with_;
  const Calibration& calibration_;
  const Importance& importance_;
  MeasurementLog& log_;
  const Plan& base_;
  const Progress& progress_;
  std::vector<double> kl_;         // of each tensor of base_ alone
  std::vector<Upgrade> upgrades_;  // the best first
};

}  // namespace ashlar::llm
