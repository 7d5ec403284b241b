#include "server/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cctype>

#include "base/file.h"
#include "formats/toml_document.h"
#include "hub/catalogue.h"
#include "server/config_fields.h"

namespace ashlar::server {
namespace {

using base::Json;

// Variables of this name are other modules', or the tests'.
constexpr std::string_view kOthers[] = {"ASHLAR_HOME", "ASHLAR_ISA", "ASHLAR_CONFIG",
                                        "ASHLAR_CHECKOUT"};
constexpr std::string_view kPrefix = "ASHLAR_";

std::string mend_for(std::string_view wrong) {
  const std::string near = near_field(wrong);
  if (!near.empty()) return fmt::format("did you mean {}?", near);
  return "ashlar serve --print-config lists the fields";
}

std::string at(std::string_view file, const toml::source_position& position) {
  return fmt::format("{}:{}:{}", file, position.line, position.column);
}

// Null: nothing that a field could hold.
Json json_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto count = node.value_exact<std::int64_t>()) return *count;
  if (const auto number = node.value_exact<double>()) return *number;
  const toml::array* array = node.as_array();
  if (!array) return nullptr;
  Json list = Json::array();
  for (const toml::node& each : *array) list.push_back(json_of(each));
  return list;
}

// A list in a variable has commas between its parts.
Texts parts_of(const ConfigField& field, const std::string& text) {
  if (!std::holds_alternative<Texts Config::*>(field.member)) return {text};
  Texts parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// A name that begins as ours is a mistake where it is near to a field's or speaks of serving;
// others may be somebody else's.
Status check_unknown_variable(const std::string& name) {
  if (std::ranges::find(kOthers, name) != std::end(kOthers)) return {};
  std::string rest = name.substr(kPrefix.size());
  std::ranges::transform(rest, rest.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool serves = rest.starts_with("serve");
  if (rest.starts_with("serve_")) rest.erase(0, 6);
  const std::string near = near_field(rest);
  const bool typo = !near.empty() && hub::edit_distance(rest, near) <= 2;
  if (!serves && !typo) return {};
  const ConfigField* field = find_config_field(near);
  return fail(ErrorKind::bad_input, fmt::format("no field is called {}", name), name,
              field ? fmt::format("did you mean {}?", environment_of(*field))
                    : "ashlar serve --print-config lists the fields");
}

Status read_variable(const std::string& name, const std::string& value, Settings& settings) {
  const auto field = std::ranges::find_if(
      config_fields(), [&](const ConfigField& each) { return environment_of(each) == name; });
  if (field == config_fields().end()) return check_unknown_variable(name);
  if (std::holds_alternative<Texts Config::*>(field->member) && value.empty())
    ASHLAR_TRY(set_field(*field, Json::array(), name, settings.config));
  else
    ASHLAR_TRY(set_field(*field, parts_of(*field, value), name, settings.config));
  settings.from[std::string(field->name)] = name;
  return {};
}

}  // namespace

std::string Settings::where(std::string_view field) const {
  const auto origin = from.find(field);
  return origin == from.end() ? std::string(field) : origin->second;
}

Status read_toml(std::string_view text, std::string_view name, Settings& settings) try {
  if (formats::has_endless_toml_key(text))
    return fail(ErrorKind::too_large,
                fmt::format("a key has over {} parts", formats::kMostTomlKeyParts),
                std::string(name), "see docs/serving.md");
  const toml::table root = toml::parse(text);
  for (const auto& [key, node] : root) {
    const ConfigField* field = find_config_field(key.str());
    if (!field)
      return fail(ErrorKind::bad_input, fmt::format("unknown key '{}'", key.str()),
                  at(name, key.source().begin), mend_for(key.str()));
    const std::string where = at(name, node.source().begin);
    ASHLAR_TRY(set_field(*field, json_of(node), where, settings.config));
    settings.from[std::string(field->name)] = where;
  }
  return {};
} catch (const toml::parse_error& error) {
  return fail(ErrorKind::bad_input, fmt::format("not TOML: {}", error.description()),
              at(name, error.source().begin), "see docs/serving.md");
}

Result<Settings> read_settings(const Sources& sources) {
  Settings settings;
  if (!sources.file.empty()) {
    ASHLAR_ASSIGN(const std::string text, base::read_file(sources.file, 1u << 20));
    ASHLAR_TRY(read_toml(text, sources.file.string(), settings));
  }
  for (const auto& [name, value] : sources.environment)
    ASHLAR_TRY(read_variable(name, value, settings));
  for (const auto& [name, texts] : sources.flags) {
    const ConfigField& field = *find_config_field(name);
    ASHLAR_TRY(set_field(field, texts, flag_of(field), settings.config));
    settings.from[name] = flag_of(field);
  }
  return settings;
}

std::vector<std::pair<std::string, std::string>> environment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** each = environ; *each; ++each) {
    const std::string_view text(*each);
    const auto equals = text.find('=');
    if (text.starts_with(kPrefix) && equals != text.npos)
      variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  std::ranges::sort(variables);
  return variables;
}

}  // namespace ashlar::server
