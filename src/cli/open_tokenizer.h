// What a tokenizer argument names: a tokenizer.json, or the tokenizer of a model file, without
// loading the model.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::cli {

// `path_or_model`: a tokenizer.json or another file that ends in .json, a folder with a
// tokenizer.json, a GGUF file, or a catalogue name, fetched when absent (saying so on stderr).
Result<std::shared_ptr<const tokenizer::Tokenizer>> open_tokenizer(std::string_view path_or_model);

}  // namespace ashlar::cli
