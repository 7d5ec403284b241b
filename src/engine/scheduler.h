// Who runs next. Policy, all of it:
// - Order is by priority (lower first), then by age. One admission in kTurns goes to the oldest
//   instead, and one that was let in so goes before all others from then on: nothing starves.
// - A sequence is admitted while fewer than `max_sequences` run, and blocks can be had for what it
//   holds now and a spare one for each that runs. Nothing overtakes the one whose turn it is.
// - A prompt whose beginning is still in the KV cache starts behind it. Every whole block is kept
//   as soon as it is filled, so a prompt may follow one that is still running.
// - A step decodes every sequence that has its prompt behind it: feeds the newest token, to which
//   the Speculator may add rows, as many as `ahead` says for a sequence, where there are blocks.
// - Then it spends rows on prompts: `chunk` of them when nothing decodes, else as many as Pace
//   allows. A quarter of them goes to the prompt that has gone without for longest, the rest in
//   order: a short prompt gets on behind a long one, and one of low priority behind higher ones.
// - But prompts of one priority that all fit in kBurst chunks are read side by side, a whole chunk
//   a step, while who decodes has only begun, with kBurst tokens at most: they then decode
//   together, for which a step takes hardly longer than for one of them. No stream under way waits
//   for that.
// - Answers take blocks as they grow. When none is left, the last in order of those that run is
//   preempted: its blocks are taken (whole ones stay in the tree of prefixes while they may), it
//   waits again and is computed anew from what it holds. The first in order always finds blocks.
// - Choices of one request share its prompt's blocks; who writes into a shared one gets a copy.
// - Scores want logits of many rows: at most kScoreRows of them in a step.
// What a sequence gets doesn't depend on any of this; only when it gets it does.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/block_pool.h"
#include "engine/pace.h"
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

// Rows that a step may add to a sequence's own, that there should be room for.
struct RowsAhead {
  std::uint32_t of_any = 0;
  std::uint32_t of_structures = 0;  // of a sequence that has one
};

class Scheduler {
 public:
  static constexpr std::uint32_t kScoreRows = 64;
  static constexpr std::uint32_t kTurns = 4;
  static constexpr std::uint32_t kBurst = 4;

  // REQUIRES: max_sequences > 0, chunk > 0.
  Scheduler(BlockPool pool, std::uint32_t max_sequences, std::uint32_t chunk, RowsAhead ahead = {})
      : pool_(std::move(pool)), pace_(chunk), max_sequences_(max_sequences), ahead_(ahead) {}

  // REQUIRES: the sequence's most_positions() fit the blocks when nothing else runs.
  void enqueue(std::unique_ptr<Sequence> sequence) { waiting_.push_back(std::move(sequence)); }

  // Admits and plans one step; empty only when nothing is left. A sequence has one slot at most.
  Batch schedule();

  // To be made, in order, before the batch runs.
  std::vector<BlockCopy> take_copies() { return std::exchange(copies_, {}); }

  // What a batch took, so that the next one is cut better.
  void learn(const Batch& batch, double ms);

  // The other choices of a sequence that runs: they share its blocks, or wait for their turn.
  void adopt(const Sequence& sequence, Sequence::Forks forks);

  // Keeps the blocks that the last step filled, drops the sequences that are done and takes their
  // blocks back.
  void retire();

  std::vector<Sequence*> find(RequestId id) const;  // its choices that aren't done
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t running() const { return running_.size(); }
  std::uint64_t preemptions() const { return preemptions_; }
  const BlockPool& pool() const { return pool_; }

 private:
  using Queue = std::vector<std::unique_ptr<Sequence>>;

  void admit();
  Queue::iterator next_to_admit();
  void run(std::unique_ptr<Sequence> sequence);
  void plan_decoding(Batch& batch);
  void plan_prompts(Batch& batch);
  // Whose prompts are read in this step: not of those who need what another one of them reads.
  std::vector<Sequence*> readers();
  void catch_up(Sequence& sequence);  // with what others have read meanwhile
  bool make_room(Sequence& sequence);
  bool try_to_make_room(Sequence& sequence, std::uint32_t rows);
  void preempt_last();
  void keep_filled_blocks(Sequence& sequence);

  BlockPool pool_;
  Pace pace_;
  std::uint32_t max_sequences_;
  RowsAhead ahead_;
  Queue waiting_;
  Queue running_;  // in order
  std::vector<BlockCopy> copies_;
  std::uint64_t steps_ = 0, admissions_ = 0, preemptions_ = 0;
};

}  // namespace ashlar::engine
