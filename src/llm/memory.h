// What a process will hold in memory when it talks with a model: told from the file alone, so that
// `inspect` answers at once. Held against real processes by tests/cli/inspect_test.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "formats/gguf.h"
#include "model/config.h"
#include "model/kv_dtype.h"

namespace ashlar::llm {

struct MemoryPrediction {
  std::uint32_t context = 0;  // positions
  std::size_t weights = 0;    // bytes, as the kernels hold them
  std::size_t kv = 0;         // bytes of one sequence that fills the context
  model::KvDtype kv_dtype = {};
  std::size_t workspace = 0;  // bytes of a step with a full chunk of the prompt
  std::size_t overhead = 0;   // bytes of the program itself and of the tokenizer

  std::size_t total() const { return weights + kv + workspace + overhead; }
};

// `context` 0: the model's own; `kv` nullopt: as model::kv_dtype_of() has it. Errors: an
// architecture that isn't supported, or heads that the KV's type can't hold; a context over the
// model's.
Result<MemoryPrediction> predict_memory(const formats::Gguf& file, model::Precision precision,
                                        std::uint32_t context = 0,
                                        std::optional<model::KvDtype> kv = {});

}  // namespace ashlar::llm
