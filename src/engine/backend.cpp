#include "engine/backend.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "base/cgroup.h"
#include "base/clock.h"
#include "engine/step_time.h"

namespace ashlar::engine {
namespace {

// Of the KV cache, that wait for no request where several streams run: none should pay for the
// first touch of another's page.
constexpr std::size_t kResidentBytes = std::size_t{256} << 20;

// The smaller of the machine's memory and the cgroups' limit.
std::size_t memory_bytes() {
  const auto pages = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES));
  const std::size_t machine = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return std::min(machine, base::cgroup_limits().memory.value_or(machine));
}

// Rows of a step in which each wants logits, as when sequences decode; 0 for others.
std::uint32_t decoding_rows(std::span<const model::Run> runs) {
  std::size_t rows = 0;
  for (const model::Run& run : runs) {
    if (run.logits == model::LogitsWanted::none) return 0;
    if (run.logits == model::LogitsWanted::last && run.tokens.size() > 1) return 0;
    rows += run.tokens.size();
  }
  return static_cast<std::uint32_t>(rows);
}

class ModelBackend final : public Backend {
 public:
  ModelBackend(std::shared_ptr<const model::Model> model, model::KvCache cache,
               base::ThreadPool& pool, std::uint32_t context)
      : model_(std::move(model)), cache_(std::move(cache)), pool_(&pool), context_(context) {}

  std::uint32_t vocabulary() const override { return model_->config().vocabulary; }
  std::uint32_t context() const override { return context_; }
  std::uint32_t blocks() const override { return cache_.blocks(); }
  Result<std::span<const float>> forward(std::span<const model::Run> runs,
                                         const model::Abandoned& abandoned) override {
    const base::Stopwatch watch;
    auto logits = model_->forward(runs, cache_, workspace_, *pool_, abandoned);
    forward_ms_ = watch.milliseconds();
    if (const auto rows = decoding_rows(runs); rows > 0 && logits) time_.learn(rows, forward_ms_);
    return logits;
  }
  double forward_ms() const override { return forward_ms_; }
  double step_ms(std::uint32_t rows) const override { return time_.of(rows); }
  std::span<std::byte> block_bytes(model::BlockId block) override { return cache_.bytes(block); }
  void copy_block(model::BlockId from, model::BlockId to) override { cache_.copy_block(from, to); }

 private:
  std::shared_ptr<const model::Model> model_;
  model::KvCache cache_;
  model::Workspace workspace_;
  base::ThreadPool* pool_;
  std::uint32_t context_;
  double forward_ms_ = 0;
  StepTime time_;
};

}  // namespace

Result<std::uint32_t> plan_blocks(std::uint32_t context, const BackendOptions& options,
                                  std::size_t block_bytes, std::size_t memory_bytes) {
  constexpr std::uint64_t kBlock = model::KvCache::kBlockTokens;
  block_bytes += options.beside_block;
  const std::uint64_t one_context = model::KvCache::blocks_for(context);
  const std::uint64_t wanted = one_context * options.sequences;
  if (options.kv_bytes == 0) {
    const std::uint64_t affordable = memory_bytes / 4 / block_bytes;
    const std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(
        std::min(most, std::max(one_context, std::min(wanted, affordable))));
  }
  const std::uint64_t held = options.kv_bytes / block_bytes;
  if (held < one_context)
    return fail(ErrorKind::too_large,
                fmt::format("{} bytes of KV cache hold {} positions, the context has {}",
                            options.kv_bytes, held * kBlock, context),
                "kv_bytes",
                fmt::format("give {} bytes, or a smaller context", one_context * block_bytes));
  return static_cast<std::uint32_t>(std::min(wanted, held));
}

Result<std::unique_ptr<Backend>> model_backend(std::shared_ptr<const model::Model> model,
                                               base::ThreadPool& pool,
                                               const BackendOptions& options) {
  const model::Config& config = model->config();
  const std::uint32_t context = options.context == 0 ? config.context : options.context;
  if (context > config.context)
    return fail(ErrorKind::too_large,
                fmt::format("context {} is over the model's {}", context, config.context),
                "context", "give at most what the model was trained for");
  const model::KvDtype kv = model::kv_dtype_of(model->precision(), options.kv_dtype);
  const std::size_t block_bytes = model::KvCache::block_bytes(config, kv);
  ASHLAR_ASSIGN(const std::uint32_t blocks,
                plan_blocks(context, options, block_bytes, memory_bytes()));
  ASHLAR_ASSIGN(model::KvCache cache, model::KvCache::create(config, kv, blocks));
  const std::size_t resident = options.sequences > 1 ? kResidentBytes / block_bytes : 0;
  pool.run(std::min<std::size_t>(blocks, resident), [&](std::size_t block, unsigned) {
    cache.make_resident(static_cast<model::BlockId>(block));
  });
  return std::make_unique<ModelBackend>(std::move(model), std::move(cache), pool, context);
}

}  // namespace ashlar::engine
