// "post_processor" of a tokenizer.json: which tokens are put around a text.
#pragma once

#include <vector>

#include "base/result.h"
#include "tokenizer/json_place.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::tokenizer {

struct Surroundings {
  std::vector<TokenId> prefix, suffix;
};

// TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel (which is about offsets) and
// Sequences with at most one that adds tokens; others are `unsupported`, by name. Every id is below
// `vocabulary`. Templates for pairs of texts aren't read.
Result<Surroundings> read_post_processor(const JsonPlace& root, std::size_t vocabulary);

}  // namespace ashlar::tokenizer
