// The memory that a model will take, told from its file without loading it: the same sums that
// loading makes (weights.cpp, kv_cache.cpp, workspace.cpp), and nothing allocated.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "formats/gguf.h"
#include "model/config.h"
#include "model/kv_dtype.h"

namespace ashlar::model {

struct Footprint {
  std::size_t weights = 0;    // bytes: packed matrices, norms, rope angles
  std::size_t kv = 0;         // bytes of one sequence that fills the context
  std::size_t workspace = 0;  // bytes of a step
};

// What a step is made of.
struct FootprintStep {
  std::uint32_t rows = 1, logits = 1;
  unsigned threads = 1;
};

// `context` in positions. Errors are those of Config::from_gguf() and check_kv_dtype().
Result<Footprint> footprint(const formats::Gguf& file, Precision precision, KvDtype kv,
                            std::uint32_t context, const FootprintStep& step);

}  // namespace ashlar::model
