// Guesses how a sequence goes on from what it holds already: the tokens that followed the last
// occurrence of its newest three (Saxena 2023, "Prompt Lookup Decoding"). The longer the agreement
// before that place, the better the guess: each length has its own odds, learned over all
// sequences.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/draft.h"
#include "engine/odds.h"

namespace ashlar::engine {

class NgramDraft final : public Draft {
 public:
  void propose(std::span<Ask> asks, const Price& price, const model::Abandoned& abandoned) override;
  void learn(SequenceKey sequence, std::uint32_t proposed, std::uint32_t accepted) override;

 private:
  static constexpr std::size_t kGram = 3;

  // What is known of one sequence.
  struct Text {
    std::unordered_map<std::uint64_t, std::uint32_t> follows;  // n-gram → where it went on last
    std::uint32_t indexed = 0;                                 // n-grams before this one are in
    std::size_t kind = 0;                                      // of the last proposal
  };

  static std::uint64_t key_of(std::span<const TokenId, kGram> gram);
  static void index(Text& text, std::span<const TokenId> tokens);
  void propose(Text& text, Ask& ask, double price);

  std::map<SequenceKey, Text> texts_;
  // Agreement of 3, of 4 or 5, of 6 to 9, of 10 and more.
  std::array<Odds, 4> odds_ = {Odds(0.2), Odds(0.4), Odds(0.6), Odds(0.8)};
};

}  // namespace ashlar::engine
