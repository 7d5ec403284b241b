// The table of a server's fields. TOML keys, flags (--max-model-len), environment variables
// (ASHLAR_MAX_MODEL_LEN), --help and --print-config come from it; docs/serving.md is held against
// it. Names are vLLM's where the meaning is.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "base/result.h"
#include "server/config.h"

namespace ashlar::server {

// The member that holds a field is its shape too.
using ConfigMember = std::variant<std::string Config::*, Texts Config::*, bool Config::*,
                                  std::uint64_t Config::*, double Config::*>;

struct ConfigField {
  std::string_view name;
  ConfigMember member;
  std::string_view value;  // what --help calls it; "a|b|c" of a text: one of these
  std::string_view help;
  double least = 0, most = std::numeric_limits<double>::infinity();  // of numbers
  bool reloads = false;  // SIGHUP brings a changed value into force
  bool secret = false;   // never printed
};

std::span<const ConfigField> config_fields();
const ConfigField* find_config_field(std::string_view name);

std::string flag_of(const ConfigField& field);         // --max-model-len
std::string environment_of(const ConfigField& field);  // ASHLAR_MAX_MODEL_LEN

// Sets a field from JSON. Errors: another shape, or out of range; at `where`.
Status set_field(const ConfigField& field, const base::Json& value, const std::string& where,
                 Config& config);
// From the texts of a flag or a variable.
Status set_field(const ConfigField& field, const Texts& texts, const std::string& where,
                 Config& config);

// A secret's value is "***" where there is one.
base::Json value_of(const ConfigField& field, const Config& config);

// The name that `wrong` was most likely meant to be; empty: none is near.
std::string near_field(std::string_view wrong);

// What --print-config says: {"FIELD": {"value", "from"}}, and the same as lines for a person.
base::Json settings_json(const Settings& settings);
std::string settings_text(const Settings& settings);

}  // namespace ashlar::server
