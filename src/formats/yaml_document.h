// YAML as formats/document.h takes it.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace ashlar::formats {

// As read_document(); REQUIRES: text of at most kMostDocumentBytes.
Result<base::Json> read_yaml_document(std::string_view text, std::string_view where);

}  // namespace ashlar::formats
