// JSON Schema's text to the intermediate form. Every keyword is read by its draft's meaning; one
// that is malformed is refused with its JSON pointer, one that the draft doesn't have is left
// alone.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/schema.h"

namespace ashlar::grammar {

// The text of a document by its URI without fragment; not_found where there is none.
using Library = std::function<Result<std::string>(std::string_view uri)>;

struct LoadOptions {
  std::optional<Draft> draft = {};  // overrides the root's `$schema`
  bool assert_formats = false;
  Library library = {};  // for references out of the schema; the metaschemas are built in
  std::vector<std::string> without = {};  // pointers to members that are as if they weren't there
};

// Limits, each named by the error of what is over it.
inline constexpr std::size_t kMostSchemaBytes = 16u << 20;  // of the schema; of all others together
inline constexpr std::size_t kMostDocuments = 256;
inline constexpr std::size_t kMostNodes = 200'000;
inline constexpr std::size_t kMostResources = 10'000;  // with an identifier of their own
inline constexpr std::size_t kMostUriBytes = 2'048;
inline constexpr int kMostSchemaDepth = 256;

// Errors: bad_input for what is no schema, unsupported for what it needs and we lack, not_found for
// a reference that leads nowhere, too_large over a limit. `where` is the keyword's JSON pointer,
// behind "URI#" in documents other than `text`.
Result<Schema> load_schema(std::string_view text, const LoadOptions& options = {});
// REQUIRES: read within the limits.
Result<Schema> load_schema(Value document, const LoadOptions& options = {});

}  // namespace ashlar::grammar
