// The forward pass: batch in, logits out. Three lifetimes, three types: Config and Weights live in
// the Model (const, shared), Workspace belongs to a caller of forward(), and KvCache to the engine,
// which lends blocks to sequences.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"
#include "model/adapter.h"
#include "model/config.h"
#include "model/kv_dtype.h"
#include "tensor/codec.h"

namespace ashlar::kernels {
struct Device;
}

namespace ashlar::model {

class PackedStore;

using TokenId = std::uint32_t;
using BlockId = std::uint32_t;

// Key and value storage in blocks of kBlockTokens positions, each block covering all layers. A
// block starts at an absolute position that is a multiple of kBlockTokens: attention sums in that
// grid, so a row's bits don't depend on how its prompt was cut.
class KvCache {
 public:
  static constexpr std::uint32_t kBlockTokens = 64;
  static constexpr std::uint32_t blocks_for(std::uint32_t positions) {
    return positions / kBlockTokens + (positions % kBlockTokens != 0);
  }

  // Errors: those of check_kv_dtype(); more than the machine has (exhausted).
  static Result<KvCache> create(const Config& config, KvDtype dtype, std::uint32_t blocks);
  static std::size_t block_bytes(const Config& config, KvDtype dtype);

  KvCache(KvCache&&) noexcept;
  KvCache& operator=(KvCache&&) noexcept;
  ~KvCache();

  std::uint32_t blocks() const;
  // Brings a block's memory in now instead of when it is first written: up to a millisecond in a
  // virtual machine. REQUIRES: block < blocks().
  void make_resident(BlockId block);
  // All layers of one block become those of another. REQUIRES: both < blocks().
  void copy_block(BlockId from, BlockId to);

  // All that a block holds, to be kept elsewhere and put back into a cache of the same model and
  // type, written at the same precision, whose blocks are laid out alike. REQUIRES: block <
  // blocks().
  std::span<std::byte> bytes(BlockId block);
  // Changes with what a block's bytes mean, and with the arithmetic that makes them.
  static constexpr std::uint32_t kLayout = 1;

  struct State;  // the module's own

 private:
  friend class Model;
  explicit KvCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Asked between layers: true ends the pass there, for nobody waits for it any more.
using Abandoned = std::function<bool()>;

enum class LogitsWanted : std::uint8_t { none, last, all };

// Consecutive tokens of one sequence. Positions before `start` are read from the KV blocks.
struct Run {
  std::span<const TokenId> tokens;
  std::uint32_t start;              // position of tokens[0]
  std::span<const BlockId> blocks;  // covers positions 0 … start + tokens.size() - 1
  LogitsWanted logits = LogitsWanted::last;
  const Adapter* adapter = nullptr;  // the one that wrote the KV before `start`, too
};

class Workspace {
 public:
  Workspace();
  Workspace(Workspace&&) noexcept;
  ~Workspace();

 private:
  friend class Model;
  struct State;
  std::unique_ptr<State> state_;
};

// Another encoding of a weight matrix: whole rows, as a file holds them.
struct Encoded {
  std::string_view tensor;  // its name in the file
  const tensor::Codec* codec;
  std::span<const std::byte> data;
};

class Model {
 public:
  // Reads the tensors of `file` (mapped as long as the Model lives) and packs them in parallel, or
  // takes them from `store`, which need not live on.
  static Result<std::shared_ptr<const Model>> load(formats::Gguf file, Precision precision,
                                                   base::ThreadPool& pool,
                                                   const PackedStore* store = nullptr);
  // `model` with some matrices in other encodings, packed now; all else is shared with it. An error
  // where a name is no matrix of the model or the data are not its size.
  static Result<std::shared_ptr<const Model>> variant(std::shared_ptr<const Model> model,
                                                      std::span<const Encoded> matrices,
                                                      base::ThreadPool& pool);
  ~Model();

  const Config& config() const;
  Precision precision() const;
  const formats::Gguf& file() const;  // metadata: tokenizer, template
  std::size_t weight_bytes() const;   // resident, packed
  // Bytes of the Workspace for forward() over that many rows, of which `logits` want logits.
  std::size_t workspace_bytes(std::uint32_t rows, std::uint32_t logits) const;

  // Runs all rows of the runs through every layer and writes their KV. Logits come in order of runs
  // and rows: shape [rows with logits][V]; the span is into `workspace` until its next use.
  // REQUIRES: token ids < V, positions < config().context, blocks long enough, distinct sequences
  // hold distinct writable blocks, adapters fit config(). The bits of a row depend on its sequence
  // alone. A pass that is `abandoned` is ErrorKind::cancelled; what it wrote of the KV is worth
  // nothing.
  Result<std::span<const float>> forward(std::span<const Run> runs, KvCache& cache,
                                         Workspace& workspace, base::ThreadPool& pool,
                                         const Abandoned& abandoned = {}) const;
  // The same on a device, where weights, cache and workspace must lie.
  Result<std::span<const float>> forward(std::span<const Run> runs, KvCache& cache,
                                         Workspace& workspace, const kernels::Device& device,
                                         const Abandoned& abandoned = {}) const;

 private:
  struct State;
  explicit Model(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ashlar::model
