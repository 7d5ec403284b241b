#include "prompt/values.h"

#include <fmt/format.h>

#include <utility>

#include "base/json_pointer.h"
#include "grammar/json_reader.h"
#include "grammar/validator.h"
#include "prompt/spec_fields.h"

namespace ashlar::prompt {
namespace {

using base::Json;

tl::unexpected<Error> undeclared(const PromptSpec& spec, const std::string& name,
                                 std::string where) {
  std::string names;
  for (const auto& [each, variable] : spec.variables) names += (names.empty() ? "" : ", ") + each;
  return bad_field(
      fmt::format("no variable is called '{}'", name), std::move(where),
      names.empty() ? "the spec declares none" : "the spec declares " + std::move(names));
}

bool takes_text(const Variable& variable) {
  return variable.schema.is_object() && variable.schema.contains("type") &&
         variable.schema["type"] == "string";
}

Status take_value(const std::string& name, const Variable& variable, const Json& given,
                  const std::string& pointer, Json& values) {
  const auto value = given.find(name);
  if (value == given.end() && !variable.fallback)
    return bad_field(fmt::format("the variable '{}' has no value", name),
                     pointer + base::pointer_step(name), "give it one");
  values[name] = value == given.end() ? *variable.fallback : *value;
  return {};
}

}  // namespace

std::optional<Json> schema_of_type_name(std::string_view name) {
  for (const char* each : {"string", "integer", "number", "boolean", "object"})
    if (name == each) return Json{{"type", each}};
  if (name == "list") return Json{{"type", "array"}};
  return std::nullopt;
}

Status check_value(const std::string& name, const Variable& variable, const Json& value,
                   const std::string& where) {
  ASHLAR_ASSIGN(const auto instance, grammar::read_json(base::write_json(value), where));
  ASHLAR_ASSIGN(const auto verdict, grammar::validate(*variable.compiled, instance));
  if (verdict.valid) return {};
  return bad_field(fmt::format("the variable '{}': {}", name, verdict.errors.front().message),
                   where + verdict.errors.front().instance,
                   "give a value of its type, " + base::write_json(variable.schema));
}

Result<Json> value_of_text(const PromptSpec& spec, const std::string& name,
                           const std::string& text) {
  const auto found = spec.variables.find(name);
  if (found == spec.variables.end()) return undeclared(spec, name, base::pointer_step(name));
  if (takes_text(found->second)) return Json(text);
  auto value = base::parse_json(text, name);
  return value ? std::move(*value) : Json(text);
}

Status check_values(const PromptSpec& spec, const Json& given, const std::string& pointer) {
  ASHLAR_TRY(Fields::of(given, pointer));
  for (const auto& [name, value] : given.items()) {
    const std::string where = pointer + base::pointer_step(name);
    const auto found = spec.variables.find(name);
    if (found == spec.variables.end()) return undeclared(spec, name, where);
    ASHLAR_TRY(check_value(name, found->second, value, where));
  }
  return {};
}

Result<Json> complete_values(const PromptSpec& spec, const Json& given,
                             const std::string& pointer) {
  ASHLAR_TRY(check_values(spec, given, pointer));
  Json values = Json::object();
  for (const auto& [name, variable] : spec.variables)
    ASHLAR_TRY(take_value(name, variable, given, pointer, values));
  return values;
}

Result<Json> example_values(const PromptSpec& spec, const std::set<std::string>& reads,
                            const Json& given, const std::string& pointer) {
  ASHLAR_TRY(check_values(spec, given, pointer));
  Json values = Json::object();
  for (const auto& [name, variable] : spec.variables)
    if (reads.contains(name)) ASHLAR_TRY(take_value(name, variable, given, pointer, values));
  return values;
}

}  // namespace ashlar::prompt
