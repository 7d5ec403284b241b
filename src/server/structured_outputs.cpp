#include "server/structured_outputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_pointer.h"
#include "grammar/gbnf_syntax.h"
#include "grammar/regex_syntax.h"
#include "llm/request_json.h"
#include "server/response_format.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr std::string_view kPointer = "/structured_outputs";

// A structure, by the member that asks for it.
struct Kind {
  std::string_view name, of;  // of: llm's own name for it
  FieldShape shape;
  Json (*schema)();
  // Before the model is asked, so that errors name this field. REQUIRES: the value has the shape.
  Status (*read)(const Json& value, llm::RequestDraft& draft);
};

Status read_regex(const Json& value, llm::RequestDraft& draft) {
  draft.regex = value.get<std::string>();
  if (auto regex = grammar::parse_regex(*draft.regex); !regex)
    return tl::unexpected(std::move(regex.error()));
  return {};
}

Status read_choice(const Json& value, llm::RequestDraft& draft) {
  if (value.empty())
    return fail(ErrorKind::bad_input, "there are no choices", "", "give at least one");
  draft.choices = value.get<std::vector<std::string>>();
  return {};
}

Status read_grammar(const Json& value, llm::RequestDraft& draft) {
  draft.grammar = value.get<std::string>();
  if (auto grammar = grammar::parse_gbnf(*draft.grammar); !grammar)
    return tl::unexpected(std::move(grammar.error()));
  return {};
}

Status read_schema(const Json& value, llm::RequestDraft& draft) {
  draft.schema = value.is_string() ? value.get<std::string>() : base::write_json(value);
  return {};
}

constexpr Kind kKinds[] = {
    {"regex", "regex", FieldShape::text,
     []() -> Json { return {{"type", "string"}, {"format", "regex"}}; }, read_regex},
    {"choice", "choices", FieldShape::list,
     []() -> Json { return {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 1}}; },
     read_choice},
    {"grammar", "grammar", FieldShape::text, []() -> Json { return {{"type", "string"}}; },
     read_grammar},
    {"json", "schema", FieldShape::schema, some_schema, read_schema},
};

std::string names_of_kinds() {
  std::string names;
  for (const Kind& kind : kKinds)
    names += fmt::format("{}{}", names.empty() ? "" : " or ", kind.name);
  return names;
}

// One of the kinds; the others may be there as null.
Json schema_of_kinds() {
  Json cases = Json::array();
  for (const Kind& one : kKinds) {
    Json properties = Json::object();
    for (const Kind& each : kKinds)
      properties[std::string(each.name)] =
          each.name == one.name ? each.schema() : Json{{"type", "null"}};
    cases.push_back({{"type", "object"},
                     {"properties", std::move(properties)},
                     {"required", Json::array({one.name})},
                     {"additionalProperties", false}});
  }
  return {{"oneOf", std::move(cases)}};
}

Status read_kind(const std::string& name, const Json& value, llm::RequestDraft& draft) {
  const std::string where = std::string(kPointer) + base::pointer_step(name);
  const auto* kind = std::ranges::find(kKinds, name, &Kind::name);
  if (kind == std::end(kKinds))
    return fail(ErrorKind::unsupported, fmt::format("no structure by '{}'", name), where,
                "give " + names_of_kinds());
  auto status = llm::check_shape(name, kind->shape, value);
  if (status) status = kind->read(value, draft);
  if (!status) status.error().where = where;
  return status;
}

}  // namespace

constinit const Field kStructuredOutputs = {
    .name = "structured_outputs",
    .fate = Fate::used,
    .shape = FieldShape::object,
    .note =
        "what the answer must be: {\"regex\": …} {\"choice\": […]}, {\"grammar\": …} in "
        "llama.cpp's "
        "GBNF or {\"json\": SCHEMA}, as vLLM has it",
    .set = [](const Json&, Asked&) {},
    .schema = schema_of_kinds,
    .bars = "stop stop_token_ids"};

std::optional<std::string> pointer_of_structure(std::string_view name) {
  const auto* kind = std::ranges::find(kKinds, name, &Kind::of);
  if (kind == std::end(kKinds)) return std::nullopt;
  return std::string(kPointer) + base::pointer_step(kind->name);
}

Status settle_structure(const Json& body, Asked& asked) {
  const auto given = body.find("structured_outputs");
  if (given == body.end() || given->is_null()) return {};
  unsigned kinds = 0;
  for (const auto& [name, value] : given->items()) {
    if (value.is_null()) continue;
    ++kinds;
    ASHLAR_TRY(read_kind(name, value, asked.draft));
  }
  if (kinds != 1)
    return fail(ErrorKind::bad_input, fmt::format("{} structures are given", kinds),
                std::string(kPointer), "give one, " + names_of_kinds());
  ASHLAR_ASSIGN(asked.structure, llm::structure_of(asked.draft));
  return {};
}

}  // namespace ashlar::server
