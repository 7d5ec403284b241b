// Guesses what a smaller model with the same tokenizer says (Leviathan et al. 2023, "Fast Inference
// from Transformers via Speculative Decoding"): it reads along with every sequence in a KV cache of
// its own, and decodes greedily a few tokens ahead, all sequences in one batch. Guesses that turned
// out wrong are written over. It knows no adapters: its KV is a function of the tokens alone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "engine/backend.h"
#include "engine/block_pool.h"
#include "engine/draft.h"
#include "engine/odds.h"

namespace ashlar::engine {

class ModelDraft final : public Draft {
 public:
  // REQUIRES: the backend's token ids are those of the model that checks.
  explicit ModelDraft(std::unique_ptr<Backend> backend)
      : backend_(std::move(backend)), pool_(backend_->blocks(), true) {}

  void propose(std::span<Ask> asks, const Price& price, const model::Abandoned& abandoned) override;
  void learn(SequenceKey sequence, std::uint32_t proposed, std::uint32_t accepted) override;

 private:
  static constexpr std::uint32_t kChunk = 256;  // tokens that it catches up with in one step

  // How far it has read one sequence.
  struct Reader {
    std::vector<TokenId> read;  // tokens whose KV is in the blocks
    std::vector<BlockId> blocks;
    std::uint32_t kept = 0;  // so many of them are in the pool's tree
  };
  struct Guessing {
    Ask* ask;
    Reader* reader;
    std::uint32_t count;        // of guesses
    std::vector<TokenId> next;  // to feed
  };

  void drop_ended(std::span<const Ask> asks);
  Reader* reader_of(const Ask& ask);  // null: no memory for it
  std::vector<Guessing> begin(std::span<Ask> asks, std::uint32_t count, std::size_t most_read);
  void keep_filled_blocks(const Ask& ask, Reader& reader);
  // Feeds what is next to everyone, and adds a guess to those that have read all of theirs.
  bool forward(std::vector<Guessing>& all, const model::Abandoned& abandoned);

  std::unique_ptr<Backend> backend_;
  BlockPool pool_;
  std::map<SequenceKey, Reader> readers_;
  Odds odds_{0.7};
};

}  // namespace ashlar::engine
