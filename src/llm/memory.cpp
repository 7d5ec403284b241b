#include "llm/memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/thread_pool.h"
#include "engine/engine.h"
#include "model/footprint.h"

namespace ashlar::llm {
namespace {

// Measured, as no sum of ours gives them: code, libraries and their heap; and what metadata and
// tokenizer keep of a piece or a merge, its text in the file's mapping included.
constexpr std::size_t kProgramBytes = 10'500'000;
constexpr std::size_t kPieceBytes = 110;

std::size_t strings_in(const formats::Gguf& file, std::string_view key) {
  const auto texts = file.strings(key);
  return texts ? texts->size() : 0;
}

std::size_t tokenizer_bytes(const formats::Gguf& file) {
  return kPieceBytes *
         (strings_in(file, "tokenizer.ggml.tokens") + strings_in(file, "tokenizer.ggml.merges"));
}

}  // namespace

Result<MemoryPrediction> predict_memory(const formats::Gguf& file, model::Precision precision,
                                        std::uint32_t context, std::optional<model::KvDtype> kv) {
  ASHLAR_ASSIGN(const model::Config config, model::Config::from_gguf(file));
  if (context == 0) context = config.context;
  if (context > config.context)
    return fail(ErrorKind::too_large,
                fmt::format("context {} is over the model's {}", context, config.context),
                "context", "give at most what the model was trained for");
  const std::uint32_t rows = std::min(context, engine::EngineOptions{}.chunk);
  const model::KvDtype kv_dtype = model::kv_dtype_of(precision, kv);
  ASHLAR_ASSIGN(
      const model::Footprint parts,
      model::footprint(file, precision, kv_dtype, context,
                       {.rows = rows, .logits = 1, .threads = base::available_threads()}));
  return MemoryPrediction{.context = context,
                          .weights = parts.weights,
                          .kv = parts.kv,
                          .kv_dtype = kv_dtype,
                          .workspace = parts.workspace,
                          .overhead = kProgramBytes + tokenizer_bytes(file)};
}

}  // namespace ashlar::llm
