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

namespace ashlar::cli {

// What a field holds: as JSON, and as the text of a flag.
enum class Shape : std::uint8_t {
  flag,      // true or false; no text
  number,    // any finite number
  count,     // 0 … 2^32 - 1
  integer,   // -2^31 … 2^31 - 1
  seed,      // 0 … 2^64 - 1
  text,      // a string in UTF-8
  texts,     // a string or an array of them; the flag is repeated
  counts,    // a count or an array of them; the flag is repeated
  biases,    // {"ID": bias, …} or [[ID, bias], …]; the flag ID=BIAS is repeated
  messages,  // an array of messages; no flag
};

// A request while its fields are being read.
struct Draft {
  std::optional<std::string> prompt, system;
  std::optional<base::Json> messages;
  std::optional<bool> chat;
  bool parse_special = false;
  bool seeded = false;
  std::string adapter;
  engine::SamplingParams sampling;
  std::int32_t priority = 0;
};

struct Field {
  std::string_view name;  // in JSON
  std::string_view flag;  // "-p,--prompt"; empty: JSON only
  Shape shape;
  std::string_view value;  // what --help calls the value
  std::string_view help;
  void (*set)(const base::Json& value, Draft& draft);  // REQUIRES: check_shape(value) passed
};

std::span<const Field> prompt_fields();    // prompt, messages, system, chat …, adapter
std::span<const Field> sampling_fields();  // temperature … logprobs
std::span<const Field> answer_fields();    // n, best_of, priority: not for a chat

const Field* find_field(std::string_view name);

// The flag's long spelling, "--prompt"; empty for a field of JSON only.
std::string long_flag(const Field& field);

// An error with the JSON pointer in `where` unless the value has the field's shape.
Status check_shape(const Field& field, const base::Json& value);

// The texts that a flag was given, as the JSON that check_shape accepts; `where` is the flag.
Result<base::Json> json_of_flag(const Field& field, std::span<const std::string> texts);

}  // namespace ashlar::cli
