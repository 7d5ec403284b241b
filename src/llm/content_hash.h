// What a file is, for caches: changes with any byte of it, and is quick to make. No protection
// against one who seeks two files with the same hash; hub::sha256_of is.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace ashlar::llm {

// XXH3, 128 bits, as 32 lower-case hex digits. Reads the whole file, some GB a second.
Result<std::string> content_hash(const std::filesystem::path& path);

}  // namespace ashlar::llm
