// One sequence through a model, logits of every position: for measuring, where nothing is sampled.
// Has no scheduler, so it stands beside the engine and not on it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/model.h"

namespace ashlar::model {

class LogitsReader {
 public:
  // Room for `positions` tokens, at most the model's context. `pool` outlives the reader. `kv`
  // nullopt: as kv_dtype_of() has it.
  static Result<LogitsReader> open(const std::filesystem::path& path, Precision precision,
                                   std::uint32_t positions, base::ThreadPool& pool,
                                   std::optional<KvDtype> kv = {});

  // The same over a model that is loaded already.
  static Result<LogitsReader> over(std::shared_ptr<const Model> model, std::uint32_t positions,
                                   base::ThreadPool& pool, std::optional<KvDtype> kv = {});

  // Appends tokens; the logits [ids.size()][V] stay valid until the next call. Errors: ids outside
  // the vocabulary, more positions than there is room for.
  Result<std::span<const float>> extend(std::span<const TokenId> ids);

  // Back to an empty sequence.
  void restart() { length_ = 0; }

  std::uint32_t positions() const { return positions_; }
  const formats::Gguf& file() const { return model_->file(); }
  std::size_t vocabulary() const { return model_->config().vocabulary; }

 private:
  LogitsReader(std::shared_ptr<const Model> model, KvCache cache, std::uint32_t positions,
               base::ThreadPool& pool);

  std::shared_ptr<const Model> model_;
  KvCache cache_;
  std::uint32_t positions_;
  base::ThreadPool* pool_;
  Workspace workspace_;
  std::vector<BlockId> blocks_;
  std::uint32_t length_ = 0;
};

}  // namespace ashlar::model
