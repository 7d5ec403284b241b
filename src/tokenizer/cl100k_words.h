// A scanner written out by hand for the expression of cl100k_base, which Llama 3, Qwen 2 and 3 and
// GPT-3.5 split by, and which an engine for regular expressions takes several times as long for.
#pragma once

#include <optional>
#include <string_view>

#include "tokenizer/pretokenizer.h"

namespace ashlar::tokenizer {

// Of a regular expression that is one of these, letter by letter; they match every character.
std::optional<WordEnd> scanner_for(std::string_view expression);

}  // namespace ashlar::tokenizer
