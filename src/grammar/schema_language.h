// The texts of JSON values that a schema holds of, byte by byte: what the schema allows is entered,
// nothing else, and every state has a way to a whole value that the schema holds of.
#pragma once

#include <memory>

#include "grammar/language.h"
#include "grammar/schema.h"
#include "grammar/schema_style.h"

namespace ashlar::grammar {

inline constexpr std::uint32_t kMostWhiteSpace = 256;  // between two tokens of JSON
inline constexpr std::size_t kMostSchemaMemory = std::size_t{256} << 20;  // bytes of its states

// Errors: bad_input for a schema that no value meets, unsupported and too_large for what can't be
// held to; `where` is the JSON pointer of the keyword.
Result<std::unique_ptr<Language>> schema_language(Schema schema, const SchemaStyle& style);

}  // namespace ashlar::grammar
