// Guesses how a sequence goes on from what it holds already: the tokens that followed the last
// occurrence of its newest three (Saxena 2023, "Prompt Lookup Decoding"). A guess is only ever
// checked, never believed, so it costs rows of a forward pass and changes no answer. How much is
// guessed follows what was right lately; after misses it rests, so that text that doesn't repeat
// itself is hardly slowed.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace ashlar::engine {

using tokenizer::TokenId;

class NgramDraft {
 public:
  static constexpr std::uint32_t kLongest = 12, kLongestRest = 64;

  // Up to `most` tokens. REQUIRES: `tokens` begins with those of the calls before.
  std::vector<TokenId> propose(std::span<const TokenId> tokens, std::uint32_t most);

  // What became of the last proposal.
  void learn(std::uint32_t proposed, std::uint32_t accepted);

 private:
  static constexpr std::size_t kGram = 3;

  static std::uint64_t key_of(std::span<const TokenId, kGram> gram);

  std::unordered_map<std::uint64_t, std::uint32_t> follows_;  // n-gram → where it went on last
  std::uint32_t indexed_ = 0;                                 // n-grams before this one are in
  std::uint32_t length_ = 4;
  std::uint32_t misses_ = 0;  // in a row
  std::uint32_t rest_ = 0;    // calls without a guess still to come
};

}  // namespace ashlar::engine
