// "pre_tokenizer" of a tokenizer.json, as steps of a WordCutter.
#pragma once

#include "base/result.h"
#include "tokenizer/json_place.h"
#include "tokenizer/word_cutter.h"

namespace ashlar::tokenizer {

// Split, Digits and Sequences of them, and ByteLevel, which must be there once and come last.
// Others are `unsupported`, by name.
Result<WordCutter> read_cutter(const JsonPlace& root);

}  // namespace ashlar::tokenizer
