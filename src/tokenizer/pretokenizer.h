// Pre-tokenizers: where a text is cut before merges are applied, by the name in
// tokenizer.ggml.pre. They know characters, no vocabulary.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::tokenizer {

// Gives the end of the word that begins at `at`; words follow each other without gaps.
// REQUIRES: at < text.size(); text is UTF-8. Linear: a whole text costs O(text.size()).
using WordEnd = std::size_t (*)(std::string_view text, std::size_t at);

// An unknown name is `unsupported`, and the error lists the known ones.
Result<WordEnd> find_pretokenizer(std::string_view name, std::string_view where);

}  // namespace ashlar::tokenizer
