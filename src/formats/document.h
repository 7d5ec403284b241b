// A JSON value from a document in JSON, YAML or TOML, whichever a person likes to write: the same
// value from each. What JSON can't hold is refused, and so is a name that comes twice.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "formats/document_builder.h"

namespace ashlar::formats {

enum class DocumentKind { json, toml, yaml };

// By what the file's name ends in: .json, .toml, .yaml or .yml.
std::optional<DocumentKind> kind_of(const std::filesystem::path& path);

// Objects keep the order of the text. Limits are document_builder.h's. `where` names the source;
// errors add line and column, "spec.yaml:3:7", or the byte in JSON. bad_input for what isn't the
// format, unsupported for what JSON has no value for, too_large over a limit.
Result<base::Json> read_document(std::string_view text, DocumentKind kind, std::string_view where);

// Errors: the file's; a name that ends in none of the above.
Result<base::Json> read_document(const std::filesystem::path& path);

}  // namespace ashlar::formats
