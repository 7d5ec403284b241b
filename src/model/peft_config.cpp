#include "model/peft_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "formats/in_quotes.h"

namespace ashlar::model {
namespace {

using base::Json;
using formats::in_quotes;
using Covers = ModulePattern::Covers;

constexpr std::uint32_t kMaxRank = 1u << 16;
constexpr std::size_t kMaxExpressions = 64;  // each is tried on every module

// Fields that say where an adapter comes from or how it was trained, but not what it computes.
constexpr std::array<std::string_view, 14> kNotOfInference = {"auto_mapping",
                                                              "base_model_name_or_path",
                                                              "revision",
                                                              "peft_version",
                                                              "lora_dropout",
                                                              "inference_mode",
                                                              "ensure_weight_tying",
                                                              "megatron_core",
                                                              "loftq_config",
                                                              "eva_config",
                                                              "corda_config",
                                                              "lora_ga_config",
                                                              "runtime_config",
                                                              "qalora_group_size"};

// Fields that PeftReader reads itself.
constexpr std::array<std::string_view, 13> kRead = {
    "peft_type",           "task_type",      "bias",
    "init_lora_weights",   "target_modules", "r",
    "exclude_modules",     "lora_alpha",     "use_rslora",
    "layers_to_transform", "layers_pattern", "rank_pattern",
    "alpha_pattern"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// null, false, 0, "", [] and {}: a feature that isn't used.
bool is_off(const Json& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number()) return value == 0;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.empty();
}

}  // namespace

// Fills a PeftConfig from its JSON.
class PeftReader {
 public:
  PeftReader(const Json& json, const std::string& where) : json_(json), where_(where) {}

  Result<PeftConfig> read() {
    if (!json_.is_object()) return bad("/", "the configuration is not an object");
    ASHLAR_TRY(refuse_unsupported());
    ASHLAR_TRY(read_targets());
    ASHLAR_TRY(read_layers());
    ASHLAR_TRY(read_scale());
    return std::move(config_);
  }

 private:
  tl::unexpected<Error> bad(std::string_view field, std::string message) const {
    return fail(ErrorKind::corrupt, std::move(message), at(field), "get the adapter anew");
  }
  tl::unexpected<Error> unsupported(std::string_view field, std::string message) const {
    return fail(ErrorKind::unsupported, std::move(message), at(field),
                "use a LoRA adapter without it");
  }
  std::string at(std::string_view field) const { return fmt::format("{}: /{}", where_, field); }

  // Null when the field is absent, too.
  Json field(std::string_view name) const { return json_.value(std::string(name), Json(nullptr)); }

  Status refuse_unsupported() const {
    if (const Json type = field("peft_type"); type != "LORA")
      return unsupported("peft_type", fmt::format("peft_type is {}, not LORA", excerpt(type)));
    for (const auto& [name, value] : json_.items())
      if (!is_one_of(name, kNotOfInference) && !is_one_of(name, kRead) && !is_off(value))
        return unsupported(
            name, fmt::format("{} = {} is not supported", in_quotes(name), excerpt(value)));
    if (const Json bias = field("bias"); !bias.is_null() && bias != "none")
      return unsupported("bias", fmt::format("bias = {} is not supported", excerpt(bias)));
    if (const Json task = field("task_type"); !task.is_null() && task != "CAUSAL_LM")
      return unsupported("task_type", fmt::format("task_type is {}", excerpt(task)));
    return refuse_changed_base();
  }

  // Some initializations take their part out of the model's own weights, and a file of the adapter
  // alone doesn't hold what is left of those.
  Status refuse_changed_base() const {
    const Json init = field("init_lora_weights");
    if (init.is_null() || init.is_boolean()) return {};
    for (const char* harmless : {"gaussian", "eva", "orthogonal"})
      if (init == harmless) return {};
    return unsupported(
        "init_lora_weights",
        fmt::format("init_lora_weights = {} changes the model's own weights", excerpt(init)));
  }

  Status read_targets() {
    const Json targets = field("target_modules");
    if (targets.is_null()) return bad("target_modules", "target_modules is missing");
    config_.all_linear_ = targets.is_string() && is_all_linear(targets.get<std::string>());
    if (!config_.all_linear_) ASHLAR_TRY(read_names(config_.targets_, "target_modules", targets));
    if (const Json excluded = field("exclude_modules"); !is_off(excluded))
      ASHLAR_TRY(read_names(config_.excluded_, "exclude_modules", excluded));
    for (const char* outer : {"model.embed_tokens", "lm_head"})
      if (config_.targets_.hold(outer) && !config_.excluded_.hold(outer))
        return unsupported("target_modules", fmt::format("adapting {} is not supported", outer));
    return {};
  }

  static bool is_all_linear(std::string name) {
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return name == "all-linear";
  }

  Status read_names(PeftConfig::Names& names, std::string_view name, const Json& value) {
    if (value.is_string()) {
      ASHLAR_ASSIGN(names.pattern, compile(value.get<std::string>(), Covers::whole, at(name)));
      return {};
    }
    if (!value.is_array()) return bad(name, fmt::format("{} is neither text nor a list", name));
    for (const Json& each : value) {
      if (!each.is_string()) return bad(name, fmt::format("{} holds {}", name, excerpt(each)));
      names.names.push_back(each.get<std::string>());
    }
    return {};
  }

  Result<ModulePattern> compile(const std::string& text, Covers covers, std::string where) {
    ASHLAR_ASSIGN(ModulePattern pattern, ModulePattern::compile(text, covers, where));
    if (!pattern.is_plain() && ++expressions_ > kMaxExpressions)
      return fail(ErrorKind::too_large,
                  fmt::format("more than {} regular expressions", kMaxExpressions),
                  std::move(where), "write the names of the modules");
    return pattern;
  }

  Status read_layers() {
    const Json layers = field("layers_to_transform"), pattern = field("layers_pattern");
    if (!is_off(pattern) && pattern != "layers" && pattern != Json::array({"layers"}))
      return unsupported("layers_pattern",
                         fmt::format("layers_pattern = {} is not supported", excerpt(pattern)));
    if (layers.is_null() || layers == Json::array()) return {};
    if (field("target_modules").is_string())
      return bad("layers_to_transform", "layers_to_transform needs a list of target_modules");
    config_.layers_.emplace();
    for (const Json& layer : layers.is_array() ? layers : Json::array({layers})) {
      if (!layer.is_number_unsigned() || layer.get<std::uint64_t>() > 0xFFFF)
        return bad("layers_to_transform", fmt::format("{} is no layer", excerpt(layer)));
      config_.layers_->insert(layer.get<std::uint32_t>());
    }
    return {};
  }

  Status read_scale() {
    ASHLAR_ASSIGN(config_.rank_, rank("r", field("r")));
    ASHLAR_ASSIGN(config_.alpha_, alpha("lora_alpha", field("lora_alpha")));
    const Json root = field("use_rslora");
    if (!root.is_null() && !root.is_boolean())
      return bad("use_rslora", fmt::format("use_rslora is {}", excerpt(root)));
    config_.root_scale_ = root == true;
    ASHLAR_TRY(read_overrides(config_.ranks_, "rank_pattern", &PeftReader::rank));
    return read_overrides(config_.alphas_, "alpha_pattern", &PeftReader::alpha);
  }

  template <class T>
  Status read_overrides(std::vector<PeftConfig::Override>& out, std::string_view name,
                        Result<T> (PeftReader::*read)(std::string_view, const Json&) const) {
    const Json overrides = field(name);
    if (is_off(overrides)) return {};
    if (!overrides.is_object()) return bad(name, fmt::format("{} is not an object", name));
    for (const auto& [pattern, json] : overrides.items()) {
      ASHLAR_ASSIGN(ModulePattern compiled, compile(pattern, Covers::suffix, at(name)));
      ASHLAR_ASSIGN(const T value, (this->*read)(name, json));
      out.push_back({std::move(compiled), static_cast<double>(value)});
    }
    return {};
  }

  Result<std::uint32_t> rank(std::string_view name, const Json& value) const {
    if (value.is_number_unsigned())
      if (const auto rank = value.get<std::uint64_t>(); rank >= 1 && rank <= kMaxRank)
        return static_cast<std::uint32_t>(rank);
    return bad(name, fmt::format("{} is no rank", excerpt(value)));
  }

  Result<double> alpha(std::string_view name, const Json& value) const {
    if (value.is_number() && std::abs(value.get<double>()) <= 1e6) return value.get<double>();
    return bad(name, fmt::format("{} is no alpha", excerpt(value)));
  }

  static std::string excerpt(const Json& value) { return in_quotes(base::write_json(value)); }

  const Json& json_;
  const std::string& where_;
  PeftConfig config_;
  std::size_t expressions_ = 0;
};

Result<PeftConfig> PeftConfig::parse(std::string_view text, const std::string& where) {
  ASHLAR_ASSIGN(const Json json, base::parse_json(text, where));
  return PeftReader(json, where).read();
}

bool PeftConfig::Names::hold(std::string_view module) const {
  if (pattern) return pattern->matches(module);
  return std::ranges::any_of(names, [&](const std::string& name) {
    return module == name || module.ends_with('.' + name);
  });
}

// As PEFT does, layers are not asked about when a list names the module in full.
bool PeftConfig::targets(std::string_view module, std::uint32_t layer) const {
  if (excluded_.hold(module)) return false;
  if (all_linear_) return true;
  if (!targets_.hold(module)) return false;
  return !layers_ || layers_->contains(layer) ||
         std::ranges::find(targets_.names, module) != targets_.names.end();
}

double PeftConfig::value_of(const std::vector<Override>& overrides, std::string_view module,
                            double otherwise) {
  for (const Override& each : overrides)
    if (each.pattern.matches(module)) return each.value;
  return otherwise;
}

std::uint32_t PeftConfig::rank_of(std::string_view module) const {
  return static_cast<std::uint32_t>(value_of(ranks_, module, rank_));
}

double PeftConfig::scale_of(std::string_view module) const {
  const double alpha = value_of(alphas_, module, alpha_), rank = rank_of(module);
  return alpha / (root_scale_ ? std::sqrt(rank) : rank);
}

}  // namespace ashlar::model
