#include "llm/importance.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "formats/imatrix.h"
#include "formats/in_quotes.h"

namespace ashlar::llm {
namespace {

// Of the mean: an input that the text never used is not worth nothing.
constexpr float kLeast = 1e-3f;

tl::unexpected<Error> unfit(std::string message, const std::filesystem::path& path) {
  return fail(ErrorKind::bad_input, std::move(message), path.string(),
              "make the importance matrix with this model");
}

Status check_entry(const std::string& name, std::size_t values, const Plan& plan,
                   const std::filesystem::path& path) {
  const auto found = std::ranges::find_if(
      plan, [&](const TensorPlan& one) { return one.is_matrix() && one.tensor->name == name; });
  if (found == plan.end())
    return unfit(fmt::format("the model has no matrix {}", formats::in_quotes(name)), path);
  if (found->tensor->shape.row() == values) return {};
  return unfit(fmt::format("{} importances for the rows of {} elements of {}", values,
                           found->tensor->shape.row(), name),
               path);
}

void normalize(std::vector<float>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  const auto mean = static_cast<float>(sum / static_cast<double>(values.size()));
  for (float& value : values) value = mean > 0 ? std::max(value / mean, kLeast) : 1;
}

}  // namespace

Result<Importance> Importance::read(const std::filesystem::path& path, const Plan& plan) {
  ASHLAR_ASSIGN(auto entries, formats::read_imatrix(path));
  for (const TensorPlan& one : plan) {
    const std::string_view name = one.tensor->name;
    if (one.is_matrix() && name != "token_embd.weight" && name != "output.weight" &&
        !entries.contains(std::string(name)))
      return unfit(fmt::format("it has no importances for {}", name), path);
  }
  Importance importance;
  for (auto& [name, values] : entries) {
    ASHLAR_TRY(check_entry(name, values.size(), plan, path));
    normalize(values);
    importance.values_.emplace(name, std::move(values));
  }
  return importance;
}

std::span<const float> Importance::of(std::string_view tensor) const {
  const auto found = values_.find(tensor);
  if (found == values_.end()) return {};
  return found->second;
}

}  // namespace ashlar::llm
