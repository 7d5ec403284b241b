// A text that a rule holds to, against a vocabulary: the tokens that stay inside of the JSON string
// that spells it, and those at whose quotation mark it may end.
#pragma once

#include <vector>

#include "grammar/free_text.h"
#include "grammar/text_rule.h"

namespace ashlar::grammar {

struct RuledText {
  SharedMask inside;
  std::vector<bool> exits;  // by FreeTextMask::exits()
};

Result<RuledText> ruled_text(TextRule& rule, StateId state, const JsonSpelling& spelling,
                             FreeTextMasks& texts);

}  // namespace ashlar::grammar
