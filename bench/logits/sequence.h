// One sequence through the model, logits of every position: what the comparisons read. Has no
// sampler and no scheduler, so that it stands beside the engine and not on it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/model.h"

namespace ashlar::bench {

class Sequence {
 public:
  // Room for `positions` tokens. `pool` outlives the Sequence.
  static Result<Sequence> open(const std::filesystem::path& path, model::Precision precision,
                               std::uint32_t positions, base::ThreadPool& pool);

  // Appends tokens; the logits [ids.size()][V] stay valid until the next call. Errors: ids outside
  // the vocabulary, more positions than there is room for.
  Result<std::span<const float>> extend(std::span<const model::TokenId> ids);

  // Back to an empty sequence.
  void restart() { length_ = 0; }

  std::size_t vocabulary() const { return model_->config().vocabulary; }

 private:
  Sequence(std::shared_ptr<const model::Model> model, model::KvCache cache, base::ThreadPool& pool);

  std::shared_ptr<const model::Model> model_;
  model::KvCache cache_;
  base::ThreadPool* pool_;
  model::Workspace workspace_;
  std::vector<model::BlockId> blocks_;
  std::uint32_t length_ = 0;
};

}  // namespace ashlar::bench
