// Who runs next. Policy, all of it:
// - Requests are admitted first come, first served, while fewer than `max_sequences` run and all KV
//   blocks that the next one can ever need can be had. So nothing that runs is ever evicted, and
//   nothing overtakes.
// - A prompt whose beginning is still in the KV cache starts behind it. Every whole block is kept
//   as soon as it is filled, so a prompt may follow one that is still running.
// - A step decodes every sequence that has its prompt behind it, then spends `chunk` tokens on
//   prompts, oldest first. Decoding feeds the newest token, and `guesses` more tokens over all
//   sequences, oldest first, that may turn out right.
// - Scores want logits of many rows: at most kScoreRows of them in a step.
// What a sequence gets doesn't depend on any of this; only when it gets it does.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "engine/block_pool.h"
#include "engine/sequence.h"

namespace ashlar::engine {

// The next `rows` positions of a sequence.
struct Slot {
  Sequence* sequence;
  std::uint32_t rows;
  model::LogitsWanted logits;

  std::uint32_t logit_rows() const;
};
using Batch = std::vector<Slot>;

class Scheduler {
 public:
  static constexpr std::uint32_t kScoreRows = 64;

  // REQUIRES: max_sequences > 0, chunk > 0.
  Scheduler(BlockPool pool, std::uint32_t max_sequences, std::uint32_t chunk,
            std::uint32_t guesses = 0)
      : pool_(std::move(pool)), max_sequences_(max_sequences), chunk_(chunk), guesses_(guesses) {}

  // REQUIRES: the sequence's most_positions() fit the blocks when nothing else runs.
  void enqueue(std::unique_ptr<Sequence> sequence) { waiting_.push_back(std::move(sequence)); }

  // Admits and plans one step; empty only when nothing is left. A sequence has one slot at most.
  Batch schedule();

  // Keeps the blocks that the last step filled, drops the sequences that are done and takes their
  // blocks back.
  void retire();

  Sequence* find(RequestId id) const;
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t running() const { return running_.size(); }
  const BlockPool& pool() const { return pool_; }

 private:
  void admit();
  void keep_filled_blocks(Sequence& sequence);

  BlockPool pool_;
  std::uint32_t max_sequences_, chunk_, guesses_;
  std::deque<std::unique_ptr<Sequence>> waiting_;
  std::vector<std::unique_ptr<Sequence>> running_;  // in order of admission
};

}  // namespace ashlar::engine
