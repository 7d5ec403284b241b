#include "engine/scheduler.h"

#include <algorithm>
#include <cassert>
#include <ranges>

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
  const std::uint32_t first = sequence.next_scored_row();
  if (sequence.computed() < first)
    return {&sequence, std::min(rows, first - sequence.computed()), LogitsWanted::none};
  return {&sequence, std::min(rows, budget.score_rows), LogitsWanted::all};
}

// Whether `reader` is about to fill the block that `sequence` needs next, so that waiting for it is
// cheaper than reading the same.
bool reads_for(const Sequence& reader, const Sequence& sequence) {
  const std::size_t end = std::size_t{sequence.computed() / kBlock + 1} * kBlock;
  return reader.adapter_key().id == sequence.adapter_key().id &&
         reader.computed() >= sequence.computed() && reader.computed() < end &&
         reader.computed() + reader.pending() >= end && sequence.reusable().size() >= end &&
         std::ranges::equal(reader.tokens().first(end), sequence.tokens().first(end));
}

// Whether these prompts are read side by side, a whole chunk in a step: short ones of one priority,
// while those that decode have only begun.
bool is_burst(const std::vector<Sequence*>& prompts, const Batch& decoding, std::uint32_t chunk) {
  std::uint64_t pending = 0;
  for (const Sequence* sequence : prompts) pending += sequence->pending();
  return pending <= std::uint64_t{Scheduler::kBurst} * chunk &&
         std::ranges::all_of(
             decoding,
             [](const Slot& slot) { return slot.sequence->answered() <= Scheduler::kBurst; }) &&
         std::ranges::all_of(prompts, [&](const Sequence* sequence) {
           return sequence->priority() == prompts.front()->priority();
         });
}

}  // namespace

std::uint32_t Slot::logit_rows() const {
  if (logits == LogitsWanted::none) return 0;
  return logits == LogitsWanted::last ? 1 : rows;
}

Batch Scheduler::schedule() {
  ++steps_;
  admit();
  Batch batch;
  plan_decoding(batch);
  plan_prompts(batch);
  return batch;
}

void Scheduler::admit() {
  while (!waiting_.empty() && running_.size() < max_sequences_) {
    const auto next = next_to_admit();
    Sequence& sequence = **next;
    const auto spare = static_cast<std::uint32_t>(running_.size());
    auto loan =
        pool_.lend(sequence.reusable(), sequence.positions_now(), spare, sequence.adapter_key());
    if (!loan) return;
    ++admissions_;
    sequence.begin(std::move(*loan));
    sequence.served = steps_ - 1;
    auto owned = std::move(*next);
    waiting_.erase(next);
    run(std::move(owned));
  }
}

Scheduler::Queue::iterator Scheduler::next_to_admit() {
  const auto first =
      std::ranges::min_element(waiting_, {}, [](const auto& s) { return s->rank(); });
  if ((admissions_ + 1) % kTurns != 0) return first;
  const auto oldest =
      std::ranges::min_element(waiting_, {}, [](const auto& s) { return s->age(); });
  if (oldest != first) (*oldest)->senior = true;
  return oldest;
}

void Scheduler::run(std::unique_ptr<Sequence> sequence) {
  const auto after = std::ranges::upper_bound(running_, sequence->rank(), {},
                                              [](const auto& s) { return s->rank(); });
  running_.insert(after, std::move(sequence));
}

// Whoever is preempted here comes after those that are planned already.
void Scheduler::plan_decoding(Batch& batch) {
  for (std::size_t i = 0; i < running_.size(); ++i) {
    Sequence& sequence = *running_[i];
    if (!sequence.decoding()) continue;
    if (!make_room(sequence)) return;
    const std::uint32_t ahead =
        sequence.has_structure() ? std::max(ahead_.of_any, ahead_.of_structures) : ahead_.of_any;
    if (ahead > 0) try_to_make_room(sequence, 1 + ahead);
    batch.push_back({&sequence, 1, LogitsWanted::all});
  }
}

// For one row, whatever it takes; false when the sequence itself had to go.
bool Scheduler::make_room(Sequence& sequence) {
  while (!try_to_make_room(sequence, 1)) {
    assert(running_.size() > 1);
    const bool itself = running_.back().get() == &sequence;
    preempt_last();
    if (itself) return false;
  }
  return true;
}

bool Scheduler::try_to_make_room(Sequence& sequence, std::uint32_t rows) {
  const std::uint32_t end = std::min(sequence.computed() + rows, sequence.most_positions());
  if (!pool_.extend(sequence.blocks, end)) return false;
  return pool_.unshare(sequence.blocks[sequence.computed() / kBlock], copies_);
}

void Scheduler::preempt_last() {
  ++preemptions_;
  auto sequence = std::move(running_.back());
  running_.pop_back();
  pool_.release(sequence->set_back());
  waiting_.push_back(std::move(sequence));
}

std::vector<Sequence*> Scheduler::readers() {
  std::vector<Sequence*> readers;
  for (const auto& sequence : running_) {
    if (sequence->decoding()) continue;
    if (pool_.keeps_prefixes() && sequence->computed() % kBlock == 0) {
      catch_up(*sequence);
      if (std::ranges::any_of(readers, [&](const Sequence* r) { return reads_for(*r, *sequence); }))
        continue;
    }
    readers.push_back(sequence.get());
  }
  return readers;
}

void Scheduler::catch_up(Sequence& sequence) {
  const std::uint32_t own = sequence.computed() / kBlock;
  const std::uint32_t filled =
      pool_.catch_up(sequence.reusable(), sequence.blocks, own, sequence.adapter_key());
  if (filled > own) sequence.catch_up(filled);
}

void Scheduler::plan_prompts(Batch& batch) {
  const std::vector<Sequence*> prompts = readers();
  if (prompts.empty()) return;
  const auto reading = static_cast<std::uint32_t>(prompts.size());
  const bool burst = is_burst(prompts, batch, pace_.chunk());
  const auto rows =
      burst ? pace_.chunk() : pace_.prompt_rows(reading, static_cast<std::uint32_t>(batch.size()));
  const Sequence* patient = *std::ranges::min_element(prompts, {}, &Sequence::served);
  const std::uint32_t quarter = std::min((rows + 3) / 4, patient->pending());
  const auto own = [&](const Sequence* sequence) -> std::uint32_t {  // whoever comes before it
    if (burst) return rows / reading;
    return sequence == patient ? quarter : 0;
  };
  Budget budget{rows, kScoreRows};
  for (const Sequence* sequence : prompts) budget.tokens -= own(sequence);
  for (Sequence* sequence : prompts) {
    budget.tokens += own(sequence);
    const Slot slot = plan_prompt(*sequence, budget);
    if (slot.rows == 0) continue;
    sequence->served = steps_;
    budget.tokens -= slot.rows;
    if (slot.logits == LogitsWanted::all) budget.score_rows -= slot.rows;
    batch.push_back(slot);
  }
}

void Scheduler::learn(const Batch& batch, double ms) {
  StepCost step{.ms = ms};
  for (const Slot& slot : batch)
    if (slot.sequence->decoding())
      ++step.decoding;
    else
      step.prompt_rows += slot.rows;
  pace_.learn(step);
}

void Scheduler::adopt(const Sequence& sequence, Sequence::Forks forks) {
  const auto filled = model::KvCache::blocks_for(sequence.computed());
  for (auto& fork : forks) {
    if (fork->done()) continue;
    if (running_.size() >= max_sequences_) {
      fork->set_back();
      waiting_.push_back(std::move(fork));
      continue;
    }
    fork->blocks.assign(sequence.blocks.begin(), sequence.blocks.begin() + filled);
    fork->kept = sequence.kept;
    pool_.share(fork->blocks);
    run(std::move(fork));
  }
}

void Scheduler::keep_filled_blocks(Sequence& sequence) {
  const std::uint32_t filled = sequence.computed() / kBlock;
  if (filled == sequence.kept) return;
  pool_.keep(sequence.tokens().first(std::size_t{filled} * kBlock), sequence.blocks,
             sequence.adapter_key());
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

std::vector<Sequence*> Scheduler::find(RequestId id) const {
  std::vector<Sequence*> found;
  for (const Queue* queue : {&running_, &waiting_})
    for (const auto& sequence : *queue)
      if (sequence->id() == id && !sequence->done()) found.push_back(sequence.get());
  return found;
}

}  // namespace ashlar::engine
