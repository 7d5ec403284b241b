// A smaller model that guesses for a larger one: it must speak the same tokens.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {

// Errors: those of opening a model; a tokenizer that differs from `tokenizer` (bad_input, with the
// first token that does).
Result<std::shared_ptr<const model::Model>> load_draft(const std::filesystem::path& path,
                                                       model::Precision precision,
                                                       const tokenizer::Tokenizer& tokenizer,
                                                       base::ThreadPool& pool,
                                                       const model::PackedStore* store);

}  // namespace ashlar::llm
