#include "prompt/spec_fields.h"

#include <fmt/format.h>

#include "base/json_pointer.h"

namespace ashlar::prompt {

using base::Json;

tl::unexpected<Error> bad_field(std::string message, std::string where, std::string mend) {
  return fail(ErrorKind::bad_input, std::move(message), std::move(where), std::move(mend));
}

Result<Fields> Fields::of(const Json& object, std::string pointer) {
  if (object.is_object()) return Fields(object, std::move(pointer));
  return bad_field(fmt::format("{} where an object is needed", object.type_name()),
                   pointer.empty() ? "/" : std::move(pointer),
                   "write its members by name (docs/formats/prompt-spec.md)");
}

std::string Fields::pointer(std::string_view name) const {
  return pointer_ + base::pointer_step(name);
}

const Json* Fields::find(std::string_view name) {
  known_.emplace(name);
  const auto found = object_->find(std::string(name));
  return found == object_->end() ? nullptr : &*found;
}

Result<const Json*> Fields::need(std::string_view name, std::string_view mend) {
  if (const Json* found = find(name)) return found;
  return bad_field(fmt::format("{} is missing", name), pointer(name), std::string(mend));
}

Status Fields::text(std::string_view name, std::string& value) {
  const Json* found = find(name);
  if (!found) return {};
  if (!found->is_string())
    return bad_field(fmt::format("{} is {}, not a string", name, found->type_name()), pointer(name),
                     "write a string, in quotes");
  value = found->get<std::string>();
  return {};
}

Status Fields::flag(std::string_view name, bool& value) {
  const Json* found = find(name);
  if (!found) return {};
  if (!found->is_boolean())
    return bad_field(fmt::format("{} is {}, not true or false", name, found->type_name()),
                     pointer(name), "write true or false");
  value = found->get<bool>();
  return {};
}

Status Fields::needed_text(std::string_view name, std::string& value, std::string_view mend) {
  ASHLAR_TRY(need(name, mend));
  ASHLAR_TRY(text(name, value));
  if (value.empty())
    return bad_field(fmt::format("{} is empty", name), pointer(name), std::string(mend));
  return {};
}

Status Fields::check_unknown() const {
  for (const auto& [name, value] : object_->items()) {
    if (known_.contains(name)) continue;
    std::string names;
    for (const std::string& each : known_) names += (names.empty() ? "" : ", ") + each;
    return bad_field(fmt::format("no member is called '{}'", name), pointer(name),
                     "the members are " + names);
  }
  return {};
}

}  // namespace ashlar::prompt
