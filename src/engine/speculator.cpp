#include "engine/speculator.h"

#include <algorithm>
#include <limits>

#include "base/clock.h"

namespace ashlar::engine {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A row of one sequence holds up all: a step of n sequences gives n tokens in its time.
Price price_of(const Backend& backend, std::uint32_t sequences, double allowance) {
  const double step = backend.step_ms(sequences);
  if (step <= 0) return {1, 0, 0};  // nothing is measured, so nothing is worth it
  return {sequences * (backend.step_ms(sequences + 1) - step) / step, step, allowance};
}

}  // namespace

void Speculator::propose(std::vector<Ask>& asks, const Backend& backend,
                         const model::Abandoned& abandoned) {
  if (guesses_ > 0) return draft_->propose(asks, {0, kInfinity, kInfinity}, abandoned);
  const auto sequences = static_cast<std::uint32_t>(asks.size());
  const Price price = price_of(backend, sequences, allowance_);
  sequences_ = sequences;
  row_ = price.row / sequences_;
  allowance_ = std::min(allowance_ + kAllowed, kAllowedMost);
  if (allowance_ < 0) return;
  const base::Stopwatch watch;
  draft_->propose(asks, price, abandoned);
  if (price.step_ms > 0) allowance_ -= watch.milliseconds() / price.step_ms;
}

// Where no log-probabilities are wanted, the last row alone needs logits.
std::uint32_t Speculator::jump(Batch& batch) const {
  std::uint32_t added = 0;
  for (Slot& slot : batch) {
    Sequence& sequence = *slot.sequence;
    if (!jumps_ || !sequence.decoding() || !sequence.has_structure()) continue;
    const std::uint32_t most = std::min({sequence.room_for_guesses(), kMostOfOne, kMost - added});
    const std::uint32_t count = sequence.jump(most);
    slot.rows += count;
    added += count;
    if (count > 0 && !sequence.wants_logprobs()) slot.logits = model::LogitsWanted::last;
  }
  return added;
}

void Speculator::guess(Batch& batch, const Backend& backend, const model::Abandoned& abandoned) {
  const std::uint32_t jumped = jump(batch);
  if (!draft_) return;
  const std::uint32_t most = guesses_ > 0 ? std::min(guesses_, kMostOfOne) : kMostOfOne;
  std::vector<Ask> asks;
  for (const Slot& slot : batch)
    if (slot.sequence->decoding())
      asks.push_back(
          {slot.sequence->age(), slot.sequence->tokens(), slot.sequence->most_positions(),
           slot.sequence->jumps() ? 0 : std::min(slot.sequence->room_for_guesses(), most)});
  if (!asks.empty()) propose(asks, backend, abandoned);
  std::uint32_t left = kMost - jumped;
  auto ask = asks.begin();
  for (Slot& slot : batch) {
    if (!slot.sequence->decoding()) continue;
    auto& guesses = (ask++)->guesses;
    if (slot.sequence->jumps()) continue;
    guesses.resize(std::min<std::size_t>(guesses.size(), left));
    left -= static_cast<std::uint32_t>(guesses.size());
    slot.rows += static_cast<std::uint32_t>(guesses.size());
    slot.sequence->feed(std::move(guesses));
  }
}

void Speculator::learn(const Batch& batch, const std::vector<std::uint32_t>& picked) {
  if (!draft_) return;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Slot& slot = batch[i];
    if (!slot.sequence->decoding() || slot.sequence->jumps() || slot.rows == 1 || picked[i] == 0)
      continue;
    draft_->learn(slot.sequence->age(), slot.rows - 1, picked[i] - 1);
    allowance_ += (picked[i] - 1) / sequences_ - (slot.rows - 1) * row_;
  }
}

}  // namespace ashlar::engine
