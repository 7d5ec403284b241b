// What the engine needs of a model: logits for runs of tokens over KV blocks. Tests put a fake
// here; model_backend() puts the real one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/model.h"

namespace ashlar::engine {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::uint32_t vocabulary() const = 0;
  virtual std::uint32_t context() const = 0;  // positions a sequence may have
  virtual std::uint32_t blocks() const = 0;   // KV blocks; at least one whole context
  // As model::Model::forward: [rows with logits][V], valid until the next call.
  virtual Result<std::span<const float>> forward(std::span<const model::Run> runs,
                                                 const model::Abandoned& abandoned) = 0;
  virtual double forward_ms() const = 0;  // what the last forward() took; a fake may count rows
  // Milliseconds that a decoding step of so many rows takes, by the latest ones; 0 before the
  // first.
  virtual double step_ms(std::uint32_t rows) const = 0;
  virtual void copy_block(model::BlockId from, model::BlockId to) = 0;
  // What a KV block holds, to be kept elsewhere and put back.
  virtual std::span<std::byte> block_bytes(model::BlockId block) = 0;
};

struct BackendOptions {
  std::uint32_t context = 0;     // 0: the model's
  std::uint32_t sequences = 1;   // that the KV cache should hold at once
  std::size_t kv_bytes = 0;      // 0: sequences × context, within a quarter of the memory
  std::size_t beside_block = 0;  // bytes that another cache takes for each block of this one
  std::optional<model::KvDtype> kv_dtype = {};  // nullopt: as model::kv_dtype_of() has it
};

// Owns the KV cache and the workspace. `pool` must outlive it.
Result<std::unique_ptr<Backend>> model_backend(std::shared_ptr<const model::Model> model,
                                               base::ThreadPool& pool,
                                               const BackendOptions& options);

// KV blocks for `options`, given the bytes of one block and the machine's memory; also what a
// report on memory predicts with. At least one context, or an error when kv_bytes holds less.
Result<std::uint32_t> plan_blocks(std::uint32_t context, const BackendOptions& options,
                                  std::size_t block_bytes, std::size_t memory_bytes);

}  // namespace ashlar::engine
