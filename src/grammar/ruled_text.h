// A text that a language holds to, against a vocabulary: the tokens that stay inside of the JSON
// string that spells it, and where in the language those are that hold its last quotation mark.
#pragma once

#include <vector>

#include "grammar/free_text.h"
#include "grammar/language.h"

namespace ashlar::grammar {

struct RuledText {
  SharedMask inside;
  std::vector<StateId> exits;  // by FreeTextMask::exits(): the text's state; kDead: it can't end so
};

Result<RuledText> ruled_text(Language& language, StateId state, const JsonSpelling& spelling,
                             FreeTextMasks& texts);

}  // namespace ashlar::grammar
