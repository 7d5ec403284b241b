// Bytes that come in as text: from stdin or from a line of JSON, and whether they are UTF-8.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::cli {

// `where` names the source in errors.
Result<std::string> read_all(std::FILE* file, std::string_view where);

// The bytes of {"text": string} or {"hex": "00ff…"}; exactly one of the two.
// Errors carry the field's JSON pointer.
Result<std::string> text_of_line(const base::Json& line);

// bad_input with the offset of the first byte that is not UTF-8.
Status check_utf8(std::string_view bytes, std::string_view where);

// too_large for more text than a tokenizer takes.
Status check_length(std::size_t bytes, std::string_view where);

}  // namespace ashlar::cli
