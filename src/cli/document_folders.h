// Documents that a schema's references may name: URIs given a folder each. Nothing is fetched.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "grammar/schema_loader.h"

namespace ashlar::cli {

// Each of `refs` is URI=DIR: what begins with URI and '/' lies in DIR, under the rest as its path.
// bad_input for what isn't so written. A path that would lead out of DIR is not found.
Result<grammar::Library> document_folders(const std::vector<std::string>& refs);

}  // namespace ashlar::cli
