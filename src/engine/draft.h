// Where guesses of the next tokens come from. A guess is only ever checked, never believed: it
// costs a row of a forward pass and changes no answer.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/request.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

using tokenizer::TokenId;

// A choice of a request.
using SequenceKey = std::pair<RequestId, std::uint32_t>;

// One sequence that decodes.
struct Ask {
  SequenceKey sequence;
  std::span<const TokenId> tokens;    // all so far; between two asks they only grow
  std::uint32_t positions;            // that it can ever need
  std::uint32_t most;                 // guesses that it has room for
  std::vector<TokenId> guesses = {};  // the answer: what may follow `tokens`
};

// What guessing costs and may cost. The unit is the time of a step without guesses.
struct Price {
  double row;        // checking one guess, times the sequences that wait for it
  double step_ms;    // the unit
  double allowance;  // what may be spent on reading up, before anything is gained
};

class Draft {
 public:
  virtual ~Draft() = default;

  // Guesses for all sequences that decode, as many as are worth their price. Whoever isn't among
  // `asks` has ended: what is kept of it may be dropped. An abandoned step needs no guesses.
  virtual void propose(std::span<Ask> asks, const Price& price,
                       const model::Abandoned& abandoned) = 0;

  // What became of the last proposal for `sequence`. REQUIRES: proposed > 0.
  virtual void learn(SequenceKey sequence, std::uint32_t proposed, std::uint32_t accepted) = 0;
};

}  // namespace ashlar::engine
