// Grammars in llama.cpp's notation, GBNF: rules `name ::= …` of literals, sets of characters, other
// rules, groups and repeats. Its terminals that name tokens are refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/regex_syntax.h"

namespace ashlar::grammar {

struct Gbnf {
  // Its root is the rule `root`. A rule stands behind those that it may begin with.
  Regex regex;
  std::vector<std::string> names;  // of regex.rules
};

inline constexpr std::size_t kMostGbnfBytes = 1 << 18;

// Errors: bad_input (no grammar: also a rule that is missing, that can begin with itself, or that
// no text matches), unsupported (tokens), too_large (the limits, those of regex_syntax.h among
// them); the message has the line and the column or the rule's name, `where` is "grammar".
// REQUIRES: UTF-8.
Result<Gbnf> parse_gbnf(std::string_view text);

}  // namespace ashlar::grammar
