// Importance matrices held against the model that they are for. Private to the module.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "llm/quantize_plan.h"

namespace ashlar::llm {

class Importance {
 public:
  Importance() = default;  // all inputs weigh alike

  // Every entry must be for a matrix of the plan and as long as its rows, and every matrix must
  // have one but the token embedding and the output, which llama-imatrix leaves out.
  static Result<Importance> read(const std::filesystem::path& path, const Plan& plan);

  // One value an element of a row, 1 in the mean; none where all weigh alike.
  std::span<const float> of(std::string_view tensor) const;

 private:
  std::map<std::string, std::vector<float>, std::less<>> values_;
};

}  // namespace ashlar::llm
