#include "server/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/json_pointer.h"
#include "base/random.h"
#include "llm/request_json.h"
#include "server/structured_outputs.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

const Field kStrict{"strict", Fate::used, FieldShape::flag,
                    "refuse unknown fields instead of warning of them"};

std::string known_fields(std::span<const Field> table) {
  std::string names;
  for (const Field& field : table)
    if (field.fate == Fate::used)
      names += fmt::format("{}{}", names.empty() ? "" : ", ", field.name);
  return names;
}

Status refuse(const Field& field) {
  return fail(ErrorKind::unsupported,
              fmt::format("{} is not supported: {}", field.name, field.note),
              fmt::format("/{}", field.name), "leave it out");
}

Status read_one(const Field& field, const Json& value, Asked& asked) {
  switch (field.fate) {
    case Fate::refused:
      return !field.harmless.empty() && base::write_json(value) == field.harmless ? Status()
                                                                                  : refuse(field);
    case Fate::ignored: asked.ignored.emplace_back(field.name); return {};
    case Fate::used: break;
  }
  ASHLAR_TRY(llm::check_shape(field.name, field.shape, value));
  if (field.set)
    field.set(value, asked);
  else
    llm::find_field(field.of)->set(value, asked.draft);
  return {};
}

Result<bool> is_strict(const Json& object) {
  const auto strict = object.find("strict");
  if (strict == object.end() || strict->is_null()) return false;
  ASHLAR_TRY(llm::check_shape(kStrict.name, kStrict.shape, *strict));
  return strict->get<bool>();
}

}  // namespace

Field shared(std::string_view name, std::string_view of) {
  const llm::RequestField& field = *llm::find_field(of);
  return {name, Fate::used, field.shape, field.help, nullptr, {}, of};
}

std::span<const Field> sampler_fields() {
  static const std::vector<Field> fields = {
      shared("temperature"),
      shared("top_p"),
      shared("top_k"),
      shared("min_p"),
      shared("typical_p"),
      shared("seed"),
      shared("stop"),
      shared("stop_token_ids", "stop_ids"),
      shared("presence_penalty"),
      shared("frequency_penalty"),
      shared("repetition_penalty"),
      shared("logit_bias"),
      shared("priority"),
  };
  return fields;
}

std::vector<Field> joined(std::span<const Field> common, std::vector<Field> own) {
  own.insert(own.end(), common.begin(), common.end());
  return own;
}

Result<Asked> read_fields(const Json& object, std::span<const Field> table) {
  ASHLAR_ASSIGN(const bool strict, is_strict(object));
  Asked asked;
  for (const auto& [name, value] : object.items()) {
    if (value.is_null() || name == kStrict.name) continue;
    const auto field = std::ranges::find(table, name, &Field::name);
    if (field != table.end()) {
      ASHLAR_TRY(read_one(*field, value, asked));
    } else if (strict) {
      return fail(ErrorKind::bad_input, fmt::format("unknown field '{}'", name),
                  base::pointer_step(name), "the fields are " + known_fields(table));
    } else {
      asked.unknown.push_back(name);
    }
  }
  const auto valid = asked.draft.sampling.validate(std::numeric_limits<std::size_t>::max());
  if (!valid) return tl::unexpected(named(valid.error(), table));
  return asked;
}

Error named(Error error, std::span<const Field> table) {
  const std::string own = error.where.substr(0, error.where.find_first_of("[/"));
  if (own.empty() || own.starts_with('/')) return error;
  auto field = std::ranges::find_if(
      table, [&](const Field& each) { return each.name == own || each.of == own; });
  if (field == table.end() && own == "prompt")
    field = std::ranges::find(table, "messages", &Field::name);
  if (field == table.end()) {
    if (auto pointer = pointer_of_structure(own))
      error.where = std::move(*pointer) + error.where.substr(own.size());
    return error;
  }
  std::string rest = error.where.substr(own.size());
  std::ranges::replace(rest, '[', '/');
  std::erase(rest, ']');
  error.where = base::pointer_step(field->name) + rest;
  return error;
}

Status named(Status status, std::span<const Field> table) {
  if (!status) return tl::unexpected(named(std::move(status.error()), table));
  return {};
}

llm::GenerateRequest request_of(Asked& asked, llm::Prompt prompt) {
  llm::RequestDraft& draft = asked.draft;
  if (!draft.seeded) draft.sampling.seed = base::fresh_seed() >> 11;
  draft.seeded = true;
  prompt.tools = asked.tools;
  return {.prompt = std::move(prompt),
          .sampling = draft.sampling,
          .structure = asked.structure,
          .adapter = draft.adapter,
          .priority = draft.priority};
}

}  // namespace ashlar::server
