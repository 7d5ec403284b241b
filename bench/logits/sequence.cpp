#include "bench/logits/sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "formats/gguf.h"

namespace ashlar::bench {

Result<Sequence> Sequence::open(const std::filesystem::path& path, model::Precision precision,
                                std::uint32_t positions, base::ThreadPool& pool) {
  ASHLAR_ASSIGN(formats::Gguf file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(auto model, model::Model::load(std::move(file), precision, pool));
  positions = std::min(positions, model->config().context);
  const std::uint32_t blocks =
      (positions + model::KvCache::kBlockTokens - 1) / model::KvCache::kBlockTokens;
  ASHLAR_ASSIGN(auto cache, model::KvCache::create(model->config(), precision, blocks));
  return Sequence(std::move(model), std::move(cache), pool);
}

Sequence::Sequence(std::shared_ptr<const model::Model> model, model::KvCache cache,
                   base::ThreadPool& pool)
    : model_(std::move(model)), cache_(std::move(cache)), pool_(&pool), blocks_(cache_.blocks()) {
  std::iota(blocks_.begin(), blocks_.end(), model::BlockId{0});
}

Result<std::span<const float>> Sequence::extend(std::span<const model::TokenId> ids) {
  const std::size_t room = blocks_.size() * model::KvCache::kBlockTokens;
  if (ids.size() > room - length_)
    return fail(ErrorKind::too_large,
                fmt::format("{} tokens after {}, room for {}", ids.size(), length_, room));
  for (const model::TokenId id : ids)
    if (id >= vocabulary())
      return fail(ErrorKind::bad_input, fmt::format("id {} of {}", id, vocabulary()));
  const model::Run run{ids, length_, blocks_, model::LogitsWanted::all};
  ASHLAR_ASSIGN(auto logits, model_->forward({&run, 1}, cache_, workspace_, *pool_));
  length_ += static_cast<std::uint32_t>(ids.size());
  return logits;
}

}  // namespace ashlar::bench
