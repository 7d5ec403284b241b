#include "model/logits_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace ashlar::model {

Result<LogitsReader> LogitsReader::open(const std::filesystem::path& path, Precision precision,
                                        std::uint32_t positions, base::ThreadPool& pool,
                                        std::optional<KvDtype> kv) {
  ASHLAR_ASSIGN(formats::Gguf file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(auto model, Model::load(std::move(file), precision, pool));
  return over(std::move(model), positions, pool, kv);
}

Result<LogitsReader> LogitsReader::over(std::shared_ptr<const Model> model, std::uint32_t positions,
                                        base::ThreadPool& pool, std::optional<KvDtype> kv) {
  positions = std::min(positions, model->config().context);
  ASHLAR_ASSIGN(auto cache, KvCache::create(model->config(), kv_dtype_of(model->precision(), kv),
                                            KvCache::blocks_for(positions)));
  return LogitsReader(std::move(model), std::move(cache), positions, pool);
}

LogitsReader::LogitsReader(std::shared_ptr<const Model> model, KvCache cache,
                           std::uint32_t positions, base::ThreadPool& pool)
    : model_(std::move(model)),
      cache_(std::move(cache)),
      positions_(positions),
      pool_(&pool),
      blocks_(cache_.blocks()) {
  std::iota(blocks_.begin(), blocks_.end(), BlockId{0});
}

Result<std::span<const float>> LogitsReader::extend(std::span<const TokenId> ids) {
  if (ids.size() > positions_ - length_)
    return fail(
        ErrorKind::too_large,
        fmt::format("{} tokens after {}, there is room for {}", ids.size(), length_, positions_),
        "tokens", "read shorter pieces");
  for (const TokenId id : ids)
    if (id >= vocabulary())
      return fail(ErrorKind::bad_input,
                  fmt::format("token id {} is not in the vocabulary of {}", id, vocabulary()),
                  "tokens", "use the ids of this model's tokenizer");
  const Run run{ids, length_, blocks_, LogitsWanted::all};
  ASHLAR_ASSIGN(auto logits, model_->forward({&run, 1}, cache_, workspace_, *pool_));
  length_ += static_cast<std::uint32_t>(ids.size());
  return logits;
}

}  // namespace ashlar::model
