// Importance matrices of llama.cpp's `llama-imatrix`: for each weight matrix, the mean square of
// each of its inputs over some text. Read as GGUF (docs/formats/imatrix.md) or in the older .dat
// form. Nothing in the file is trusted.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace ashlar::formats {

// By tensor name; one value an input, finite and not negative. Their scale means nothing.
using Imatrix = std::map<std::string, std::vector<float>>;

Result<Imatrix> read_imatrix(const std::filesystem::path& path);
Result<Imatrix> parse_imatrix(std::span<const std::byte> bytes, const std::string& where);

}  // namespace ashlar::formats
