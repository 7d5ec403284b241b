#include "server/derived_fields.h"

#include <algorithm>

#include "server/ollama_options.h"
#include "server/openapi_schema.h"

namespace ashlar::server {
namespace {

using base::Json;

bool given(const Json& body, std::string_view name) {
  const auto field = body.find(name);
  return field != body.end() && !field->is_null();
}

bool has(std::span<const Field> table, std::string_view name) {
  return std::ranges::find(table, name, &Field::name) != table.end();
}

bool begins_with_system(const Json& body, std::string_view list) {
  const auto items = body.find(list);
  if (items == body.end() || !items->is_array() || items->empty() || !items->front().is_object())
    return false;
  const auto role = items->front().find("role");
  return role != items->front().end() && (*role == "system" || *role == "developer");
}

// In the dialect's own field for it, or as the first message.
void add_system(const std::string& system, std::span<const Field> table, Json& body) {
  for (const auto& [field, list] : {std::pair("system", "messages"), {"instructions", "input"}}) {
    if (!has(table, field)) continue;
    if (!given(body, field) && !begins_with_system(body, list)) body[field] = system;
    return;
  }
  const auto messages = body.find("messages");
  if (messages == body.end() || !messages->is_array() || messages->empty()) return;
  if (!begins_with_system(body, "messages"))
    messages->insert(messages->begin(), Json{{"role", "system"}, {"content", system}});
}

// Whether the body sets what `of` names, or something that bars it.
bool sets(const Json& body, std::span<const Field> table, std::string_view of) {
  return std::ranges::any_of(table, [&](const Field& field) {
    if (!given(body, field.name)) return false;
    if (field.of == of) return true;
    if (base::write_json(body[std::string(field.name)]) == field.harmless) return false;
    return std::ranges::any_of(words_of(field.bars), [&](std::string_view barred) {
      const auto other = std::ranges::find(table, barred, &Field::name);
      return other != table.end() && other->of == of;
    });
  });
}

}  // namespace

void add_derived(const DerivedModel& model, std::span<const Field> table, Json& body) {
  if (model.system && !model.system->empty()) add_system(*model.system, table, body);
  const Json fields = fields_of_options(model.parameters);
  for (const auto& [of, value] : fields.items()) {
    if (sets(body, table, of)) continue;
    auto field = std::ranges::find(table, of, &Field::name);
    if (field == table.end()) field = std::ranges::find(table, of, &Field::of);
    if (field != table.end()) body[std::string(field->name)] = value;
  }
}

}  // namespace ashlar::server
