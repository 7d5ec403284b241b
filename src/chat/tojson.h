// The filter tojson: Python's json.dumps, with Transformers' defaults (ensure_ascii off, no HTML
// escapes).
#pragma once

#include <optional>

#include "base/result.h"
#include "chat/arguments.h"
#include "chat/value.h"

namespace ashlar::chat {

struct JsonStyle {
  bool ensure_ascii = false, sort_keys = false;
  std::optional<Text> indent;  // one level's
  Text item_separator{", "}, key_separator{": "};
};

// From arguments bound to ensure_ascii, indent, separators, sort_keys.
Result<JsonStyle> json_style(const Arguments& arguments);

// Strings of the caller stay marked as input, what stands between them doesn't.
Result<Text> to_json(Evaluator& evaluator, const Value& value, const JsonStyle& style);

}  // namespace ashlar::chat
