#include "engine/scheduler.h"

#include <algorithm>

namespace ashlar::engine {
namespace {

using model::LogitsWanted;

constexpr std::uint32_t kBlock = model::KvCache::kBlockTokens;

// What is left to spend in this step.
struct Budget {
  std::uint32_t tokens, score_rows;
};

// As much of the prompt as the budget allows. A score's rows with logits and those without them are
// never in one slot.
Slot plan_prompt(Sequence& sequence, const Budget& budget) {
  const std::uint32_t rows = std::min(sequence.pending(), budget.tokens);
  if (!sequence.scoring()) {
    const bool last = rows == sequence.pending() && sequence.wants_logits();
    return {&sequence, rows, last ? LogitsWanted::last : LogitsWanted::none};
  }
  const std::uint32_t first = sequence.first_scored_row();
  if (sequence.computed() < first)
    return {&sequence, std::min(rows, first - sequence.computed()), LogitsWanted::none};
  return {&sequence, std::min(rows, budget.score_rows), LogitsWanted::all};
}

}  // namespace

std::uint32_t Slot::logit_rows() const {
  if (logits == LogitsWanted::none) return 0;
  return logits == LogitsWanted::last ? 1 : rows;
}

void Scheduler::admit() {
  while (!waiting_.empty() && running_.size() < max_sequences_) {
    Sequence& next = *waiting_.front();
    auto loan = pool_.lend(next.reusable(), next.most_positions());
    if (!loan) return;
    next.begin(std::move(*loan));
    running_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

Batch Scheduler::schedule() {
  admit();
  Batch batch;
  std::uint32_t guesses = guesses_;
  for (const auto& sequence : running_) {
    if (!sequence->decoding()) continue;
    const std::uint32_t rows = sequence->guess(guesses);
    guesses -= rows - 1;
    batch.push_back({sequence.get(), rows, LogitsWanted::all});
  }
  Budget budget{chunk_, kScoreRows};
  for (const auto& sequence : running_) {
    if (sequence->decoding()) continue;
    const Slot slot = plan_prompt(*sequence, budget);
    if (slot.rows == 0) continue;
    budget.tokens -= slot.rows;
    if (slot.logits == LogitsWanted::all) budget.score_rows -= slot.rows;
    batch.push_back(slot);
  }
  return batch;
}

void Scheduler::keep_filled_blocks(Sequence& sequence) {
  const std::uint32_t filled = sequence.computed() / kBlock;
  if (filled == sequence.kept) return;
  pool_.keep(sequence.tokens().first(std::size_t{filled} * kBlock), sequence.blocks);
  sequence.kept = filled;
}

void Scheduler::retire() {
  for (const auto& sequence : running_) {
    keep_filled_blocks(*sequence);
    if (sequence->done()) pool_.release(sequence->blocks);
  }
  std::erase_if(running_, [](const auto& sequence) { return sequence->done(); });
  std::erase_if(waiting_, [](const auto& sequence) { return sequence->done(); });
}

Sequence* Scheduler::find(RequestId id) const {
  const auto is = [id](const auto& sequence) { return sequence->id() == id; };
  const auto running = std::find_if(running_.begin(), running_.end(), is);
  if (running != running_.end()) return running->get();
  const auto waiting = std::find_if(waiting_.begin(), waiting_.end(), is);
  return waiting == waiting_.end() ? nullptr : waiting->get();
}

}  // namespace ashlar::engine
