// What an answer must be, as it is asked for, and the language that this means.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "grammar/byte_set.h"
#include "grammar/lenient_schema.h"
#include "grammar/schema_style.h"

namespace ashlar::grammar {

class Language;

struct RegexText {
  std::string text;
};
struct GrammarText {  // in GBNF
  std::string text;
};
struct JsonSchema {
  std::string text;
  SchemaStyle style = {};
  std::vector<GivenUp> given_up = {};  // keywords of it that answers aren't held to
};
struct Choices {
  std::vector<std::string> texts;
};
// Nothing: free text.
using Structure = std::variant<std::monostate, RegexText, GrammarText, JsonSchema, Choices>;

// Of a schema; null where nothing was.
const std::vector<GivenUp>* given_up_of(const Structure& structure);

inline bool is_free(const Structure& structure) {
  return structure.index() == 0;
}

// `alphabet` are the bytes that can be written one by one. Errors: what no language is, or none
// that can be held (bad_input, unsupported, too_large); `where` is "regex", "grammar" or "choices".
// REQUIRES: !is_free().
Result<std::unique_ptr<Language>> language_of(const Structure& structure, const ByteSet& alphabet);

}  // namespace ashlar::grammar
