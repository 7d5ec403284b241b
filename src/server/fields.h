// The fields of a request, each named once with what becomes of it: used, refused by name, or
// ignored and reported. What is read, /openapi.json and the errors all come from these tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "llm/llm.h"
#include "llm/request_fields.h"

namespace ashlar::server {

// What a request asks for, in whatever dialect it came.
struct Asked {
  llm::RequestDraft draft;
  std::string model;
  base::Json prompt;  // of completions: a text, ids, or a list of either
  bool stream = false, include_usage = false, echo = false, truncate = false;
  bool with_logprobs = false;
  bool add_special = true, add_generation_prompt = true, token_texts = false;
  std::optional<std::uint32_t> prompt_logprobs;
  grammar::Structure structure = {};  // that the answers have
  chat::ToolUse tools = {};           // that they may call
  std::vector<std::string> ignored;   // names of fields that changed nothing
  std::vector<std::string> unknown;
};

enum class Fate : std::uint8_t { used, refused, ignored };

struct Field {
  std::string_view name;
  Fate fate;
  llm::FieldShape shape;  // used
  std::string_view note;  // for a reader of /openapi.json; of a refused one why
  // REQUIRES: the value has the shape. Null, of a used one: as `of` in llm's own table.
  void (*set)(const base::Json& value, Asked& asked) = nullptr;
  // Of a refused one, or one that bars others: a value that asks for nothing, as JSON ("[]");
  // beside null.
  std::string_view harmless = {};
  std::string_view of = {};
  base::Json (*schema)() = nullptr;  // what it holds, where the shape says too little
  std::string_view bars = {};        // fields that hold nothing beside it, "a b"
};

// A field of llm's own table, under its name or another.
Field shared(std::string_view name, std::string_view of);
inline Field shared(std::string_view name) {
  return shared(name, name);
}
constexpr Field refused(std::string_view name, std::string_view why,
                        std::string_view harmless = {}) {
  return {name, Fate::refused, llm::FieldShape::any, why, nullptr, harmless};
}
constexpr Field ignored(std::string_view name, std::string_view note) {
  return {name, Fate::ignored, llm::FieldShape::any, note};
}

inline Field with_schema(Field field, base::Json (*schema)()) {
  field.schema = schema;
  return field;
}

// One that the endpoint itself reads from the body, its shape checked.
constexpr Field kept(std::string_view name, llm::FieldShape shape, std::string_view note) {
  return {name, Fate::used, shape, note, [](const base::Json&, Asked&) {}};
}

// How a token is drawn: what OpenAI's endpoints take alike, under vLLM's names where OpenAI has
// none.
std::span<const Field> sampler_fields();
// A table of its own fields and those that it shares with others.
std::vector<Field> joined(std::span<const Field> common, std::vector<Field> own);

// Reads `object` by the table. null stands for a field that was left out. Errors carry the field's
// JSON pointer. Unknown fields are gathered, or refused where the object says "strict": true.
Result<Asked> read_fields(const base::Json& object, std::span<const Field> table);

// An error of a lower module, whose `where` names a field as llm has it ("stop_ids[1]"), gets the
// pointer of the field that the request named it by. Others stay as they are.
Error named(Error error, std::span<const Field> table);
Status named(Status status, std::span<const Field> table);

// Fills what every request has: the seed where none was given.
llm::GenerateRequest request_of(Asked& asked, llm::Prompt prompt);

}  // namespace ashlar::server
