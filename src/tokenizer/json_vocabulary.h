// The tokens of a tokenizer.json: the model's vocabulary and the added ones, by id.
#pragma once

#include <vector>

#include "base/result.h"
#include "tokenizer/json_document.h"
#include "tokenizer/json_place.h"
#include "tokenizer/special_tokens.h"
#include "tokenizer/vocabulary.h"

namespace ashlar::tokenizer {

struct JsonVocabulary {
  Vocabulary vocabulary;
  SpellingIndex spellings;  // of the model's own tokens; views of the document
  // Added tokens, by where they are looked for.
  std::vector<SpecialToken> in_text, in_normalized;
};

// With `nfc` the text is normalized, and so are those tokens that are looked for in what comes of
// it. Ids may have gaps, whose tokens decode to nothing, but no more of them than two for each
// token and 65,536. An id or a spelling that is there already is `corrupt`.
Result<JsonVocabulary> read_vocabulary(const JsonDocument& document, const JsonPlace& root,
                                       bool nfc);

}  // namespace ashlar::tokenizer
