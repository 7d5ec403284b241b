// TOML as formats/document.h takes it.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::formats {

// As read_document(); REQUIRES: text of at most kMostDocumentBytes.
Result<base::Json> read_toml_document(std::string_view text, std::string_view where);

// Parts of a dotted key: toml++ makes a table of each and gives them back by recursion.
inline constexpr int kMostTomlKeyParts = 512;

// Anything that could be a key with too many parts, wherever it stands: no text of a person has so
// many dots with nothing but words between them. Whoever gives a text to toml++ asks first.
bool has_endless_toml_key(std::string_view text);

}  // namespace ashlar::formats
