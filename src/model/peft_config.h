// PEFT's adapter_config.json for LoRA: which modules an adapter changes, by what rank and scale.
// Source: PEFT's LoraConfig and the way its LoraModel matches names. Nothing in the file is ignored
// but what only matters to training: what isn't known here is refused by name unless it is off.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/module_pattern.h"

namespace ashlar::model {

class PeftConfig {
 public:
  static constexpr std::size_t kMaxBytes = 256u << 10;

  // `where` names the file in errors, which add the field's JSON pointer.
  static Result<PeftConfig> parse(std::string_view text, const std::string& where);

  // Of a linear, "model.layers.3.self_attn.q_proj", in layer 3.
  bool targets(std::string_view module, std::uint32_t layer) const;
  std::uint32_t rank_of(std::string_view module) const;
  double scale_of(std::string_view module) const;  // alpha / rank, rsLoRA: alpha / √rank

 private:
  friend class PeftReader;

  // Either one pattern of the whole name, or names of which a module's name ends with one.
  struct Names {
    std::optional<ModulePattern> pattern;
    std::vector<std::string> names;
    bool hold(std::string_view module) const;
  };
  // The first pattern that a module's name ends with decides.
  struct Override {
    ModulePattern pattern;
    double value;
  };
  static double value_of(const std::vector<Override>& overrides, std::string_view module,
                         double otherwise);

  bool all_linear_ = false;
  Names targets_, excluded_;
  std::optional<std::set<std::uint32_t>> layers_;
  std::uint32_t rank_ = 0;
  double alpha_ = 0;
  bool root_scale_ = false;
  std::vector<Override> ranks_, alphas_;
};

}  // namespace ashlar::model
