// Regular expressions as Oniguruma reads them (Ruby's syntax, which Hugging Face's `tokenizers`
// uses), rewritten for PCRE2 where the two differ. Source: Oniguruma's doc/RE; pcre2pattern(3).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::tokenizer {

// What PCRE2 has no word for is `unsupported`, with the construct and its place. What it would
// refuse itself is passed on.
Result<std::string> to_pcre2(std::string_view expression, const std::string& where);

}  // namespace ashlar::tokenizer
