// The fields of a request, each named once: the JSON of `generate --jsonl`, the flags of `run` and
// `generate`, and --help all come from this table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "engine/sampling.h"

namespace ashlar::llm {

// What a field holds: as JSON, and as the text of a flag.
enum class FieldShape : std::uint8_t {
  flag,      // true or false; no text
  number,    // any finite number
  count,     // 0 … 2^32 - 1
  integer,   // -2^31 … 2^31 - 1
  seed,      // 0 … 2^64 - 1
  text,      // a string in UTF-8
  texts,     // a string or an array of them; the flag is repeated
  file,      // a string in UTF-8; the flag names a file that holds it
  list,      // an array of strings; the flag is one text, cut at its commas
  counts,    // a count or an array of them; the flag is repeated
  biases,    // {"ID": bias, …} or [[ID, bias], …]; the flag ID=BIAS is repeated
  messages,  // an array of messages; no flag
  schema,    // a JSON Schema, as an object, true, false or its text; the flag names its file
  object,    // a JSON object; no flag
  tools,     // an array of tools; the flag names a file that holds it, or {"tools": it}
  any,       // whatever JSON holds; the flag is a text
};

// A request while its fields are being read.
struct RequestDraft {
  std::optional<std::string> prompt, system;
  std::optional<base::Json> messages;
  std::optional<bool> chat;
  bool parse_special = false;
  bool seeded = false;
  std::string adapter;
  engine::SamplingParams sampling;
  std::optional<std::string> regex, grammar, schema;
  std::optional<std::string> order, white_space;  // of the schema
  bool lenient = false;                           // likewise
  std::optional<std::vector<std::string>> choices;
  std::optional<base::Json> tools, tool_choice;
  bool parallel_tool_calls = true;
  std::string tool_syntax;
  std::int32_t priority = 0;
};

struct RequestField {
  std::string_view name;  // in JSON
  std::string_view flag;  // "-p,--prompt"; empty: JSON only
  FieldShape shape;
  std::string_view value;  // what --help calls the value
  std::string_view help;
  void (*set)(const base::Json& value, RequestDraft& draft);  // REQUIRES: check_shape(value) passed
};

std::span<const RequestField> prompt_fields();    // prompt, messages, system, chat …, adapter
std::span<const RequestField> sampling_fields();  // temperature … logprobs
std::span<const RequestField> answer_fields();    // structure, tools, n …: not for a chat

const RequestField* find_field(std::string_view name);

// The flag's long spelling, "--prompt"; empty for a field of JSON only.
std::string long_flag(const RequestField& field);

// An error with the JSON pointer in `where` unless the value has the shape of the field `name`.
Status check_shape(std::string_view name, FieldShape shape, const base::Json& value);

// The texts that a flag was given, as the JSON that check_shape accepts; `where` is the flag.
Result<base::Json> json_of_flag(const RequestField& field, std::span<const std::string> texts);

}  // namespace ashlar::llm
