#include "llm/quantize_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <tuple>

namespace ashlar::llm {
namespace {

constexpr std::uint64_t kErrorRows = 64;  // of a matrix, on which types are compared

// A way to store a matrix, and the KL that it is taken to cost.
struct Option {
  const tensor::Codec* codec;
  std::uint64_t bytes;
  double cost;
};

// The options on the lower convex hull, from the first on: each buys less a byte than the one
// before. REQUIRES: the first is the smallest.
std::vector<Option> convex_hull(std::vector<Option> options) {
  std::sort(options.begin() + 1, options.end(), [](const Option& a, const Option& b) {
    return std::tuple(a.bytes, a.cost, a.codec->dtype) <
           std::tuple(b.bytes, b.cost, b.codec->dtype);
  });
  const auto slope = [](const Option& from, const Option& to) {
    return (from.cost - to.cost) / static_cast<double>(to.bytes - from.bytes);
  };
  std::vector<Option> hull = {options.front()};
  for (const Option& option : std::span(options).subspan(1)) {
    if (!(option.cost < hull.back().cost) || option.bytes == hull.back().bytes) continue;
    while (hull.size() > 1 &&
           slope(hull.back(), option) >= slope(hull[hull.size() - 2], hull.back()))
      hull.pop_back();
    hull.push_back(option);
  }
  return hull;
}

}  // namespace

Result<double> BudgetChoice::kl_alone(std::size_t tensor, const tensor::Codec& codec) const {
  const formats::GgufTensor& source = *base_[tensor].tensor;
  if (&codec == source.codec) return 0;
  return log_.value(fmt::format("kl {} {}", tensor, codec.name), [&]() -> Result<double> {
    ASHLAR_ASSIGN(const auto bytes,
                  encoded_tensor(with_, source, codec, importance_.of(source.name)));
    const model::Encoded encoded[] = {{source.name, &codec, bytes}};
    return calibration_.kl_with(encoded);
  });
}

Result<double> BudgetChoice::error_of(std::size_t tensor, const tensor::Codec& codec) const {
  const formats::GgufTensor& source = *base_[tensor].tensor;
  return log_.value(fmt::format("error {} {}", tensor, codec.name), [&] {
    return encoding_error(with_, source, codec, importance_.of(source.name), kErrorRows);
  });
}

Result<double> BudgetChoice::kl_of(const Plan& plan) const {
  std::string types;
  for (const TensorPlan& one : plan) types += fmt::format(" {}", one.codec->name);
  return log_.value("kl" + types, [&] { return measured_kl(plan); });
}

Result<double> BudgetChoice::measured_kl(const Plan& plan) const {
  std::vector<std::vector<std::byte>> bytes;
  std::vector<model::Encoded> matrices;
  for (const TensorPlan& one : plan) {
    if (one.codec == one.tensor->codec) continue;
    ASHLAR_ASSIGN(auto encoded,
                  encoded_tensor(with_, *one.tensor, *one.codec, importance_.of(one.tensor->name)));
    bytes.push_back(std::move(encoded));
    matrices.push_back({one.tensor->name, one.codec, bytes.back()});
  }
  return calibration_.kl_with(matrices);
}

Status BudgetChoice::measure() {
  for (std::size_t i = 0; i < base_.size(); ++i) {
    progress_("measuring", i, base_.size());
    ASHLAR_ASSIGN(const double kl, kl_alone(i, *base_[i].codec));
    kl_.push_back(kl);
    ASHLAR_TRY(add_upgrades(i));
  }
  // Along a hull each gives less a byte than the one before: a matrix's stay in order.
  std::ranges::sort(upgrades_, [](const Upgrade& a, const Upgrade& b) {
    const double of_a = a.gain / static_cast<double>(a.bytes),
                 of_b = b.gain / static_cast<double>(b.bytes);
    return of_a != of_b ? of_a > of_b : a.tensor < b.tensor;
  });
  return {};
}

Status BudgetChoice::add_upgrades(std::size_t tensor) {
  const TensorPlan& one = base_[tensor];
  if (kl_[tensor] == 0) return {};
  ASHLAR_ASSIGN(const double base_error, error_of(tensor, *one.codec));
  if (base_error == 0) return {};
  std::vector<Option> options = {{one.codec, one.bytes_as(*one.codec), kl_[tensor]}};
  for (const tensor::Codec& codec : tensor::codecs()) {
    const bool source = &codec == one.tensor->codec;
    if (!one.fits(codec) || one.bytes_as(codec) <= options[0].bytes) continue;
    if (!source && (!codec.quantize || codec.dtype == tensor::Dtype::f32)) continue;
    ASHLAR_ASSIGN(const double own, error_of(tensor, codec));
    options.push_back({&codec, one.bytes_as(codec), kl_[tensor] * own / base_error});
  }
  const std::vector<Option> hull = convex_hull(std::move(options));
  for (std::size_t i = 1; i < hull.size(); ++i)
    upgrades_.push_back({tensor, hull[i].codec, hull[i].bytes - hull[i - 1].bytes,
                         hull[i - 1].cost - hull[i].cost});
  return {};
}

Plan BudgetChoice::with_upgrades(std::size_t count) const {
  Plan plan = base_;
  for (const Upgrade& upgrade : std::span(upgrades_).first(count))
    plan[upgrade.tensor].codec = upgrade.codec;
  return plan;
}

// An upgrade too large for what is left ends its matrix's chain; smaller ones still fit.
Plan BudgetChoice::within_bits(double bits) const {
  Plan plan = base_;
  std::vector<bool> ended(base_.size());
  for (const Upgrade& upgrade : upgrades_) {
    TensorPlan& one = plan[upgrade.tensor];
    if (ended[upgrade.tensor]) continue;
    const tensor::Codec* before = one.codec;
    one.codec = upgrade.codec;
    if (bits_per_weight(plan) <= bits) continue;
    one.codec = before;
    ended[upgrade.tensor] = true;
  }
  return plan;
}

// The fewest upgrades that suffice, by bisection: more of them never cost more, but for noise.
Result<Plan> BudgetChoice::within_kl(double most) {
  std::size_t low = 0, high = upgrades_.size();
  ASHLAR_ASSIGN(const double finest, kl_of(with_upgrades(high)));
  if (finest > most)
    return fail(ErrorKind::bad_input,
                fmt::format("a KL of at most {}, and the finest types give {:.6f}", most, finest),
                "max KL", "allow more");
  for (std::size_t step = 0; low < high; ++step) {
    progress_("searching", step, step + static_cast<std::size_t>(std::bit_width(high - low)));
    const std::size_t middle = low + (high - low) / 2;
    ASHLAR_ASSIGN(const double kl, kl_of(with_upgrades(middle)));
    if (kl <= most)
      high = middle;
    else
      low = middle + 1;
  }
  return with_upgrades(high);
}

Status BudgetChoice::measure_upgraded(Chosen& chosen) const {
  for (std::size_t i = 0; i < base_.size(); ++i) {
    const TensorPlan& one = chosen.plan[i];
    std::optional<double>& kl = chosen.kl.emplace_back();
    if (!one.is_matrix()) continue;
    kl = kl_[i];
    if (one.codec == base_[i].codec) continue;
    progress_("measuring upgrades", i, base_.size());
    ASHLAR_ASSIGN(kl, kl_alone(i, *one.codec));
  }
  return {};
}

Result<Chosen> BudgetChoice::choose(const Budget& budget) {
  ASHLAR_TRY(measure());
  Chosen chosen;
  if (budget.max_kl) {
    ASHLAR_ASSIGN(chosen.plan, within_kl(*budget.max_kl));
  } else {
    chosen.plan = within_bits(*budget.bits_per_weight);
  }
  ASHLAR_TRY(measure_upgraded(chosen));
  ASHLAR_ASSIGN(chosen.total, kl_of(chosen.plan));
  return chosen;
}

}  // namespace ashlar::llm
