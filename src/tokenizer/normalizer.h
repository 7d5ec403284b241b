// What is done to a text before it is cut into words.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ashlar::tokenizer {

// Unicode's Normalization Form C. A view of `text` where it is in that form at a glance, else of
// `buffer`. Text that is too long for the memory is `exhausted`. REQUIRES: text is UTF-8.
Result<std::string_view> to_nfc(std::string_view text, std::string& buffer);

}  // namespace ashlar::tokenizer
