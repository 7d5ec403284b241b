// Tokens as a person wants to see them: where one ends and the next begins, white space made
// visible, bytes that are no character by number.
#pragma once

#include <span>
#include <string>

#include "tokenizer/tokenizer.h"

namespace ashlar::cli {

// With `colour` tokens stand on alternating backgrounds (ANSI), special ones in bold; without, a
// bar stands between them. The ids and the counts of tokens and bytes follow.
std::string view_pieces(const tokenizer::Tokenizer& tokenizer,
                        std::span<const tokenizer::TokenId> ids, bool colour);

}  // namespace ashlar::cli
