// A schema without what can't be held to: which of its keywords that are.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/json_value.h"
#include "grammar/schema_loader.h"
#include "grammar/schema_style.h"

namespace ashlar::grammar {

struct GivenUp {
  std::string pointer;  // of the keyword that is left out
  std::string keyword;
  std::string message;  // why
};

inline constexpr std::size_t kMostGivenUp = 64;

// What has to be left out of the document before schema_language() takes it: a keyword that is
// refused, or the `not`, `if` or `oneOf` around it, where less asked would be more forbidden.
// Errors: those of what is no schema, or contradicts itself, or stands in another document;
// too_large over kMostGivenUp.
Result<std::vector<GivenUp>> give_up(const Value& document, LoadOptions options,
                                     const SchemaStyle& style);
Result<std::vector<GivenUp>> give_up(std::string_view text, const SchemaStyle& style);

std::vector<std::string> pointers_of(const std::vector<GivenUp>& given_up);

}  // namespace ashlar::grammar
