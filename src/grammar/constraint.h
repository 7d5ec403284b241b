// An answer's language against a vocabulary: which tokens may come next. The tokens that a mask
// lets through are those whose bytes keep to the language, wherever its parts begin and end.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "grammar/language.h"
#include "grammar/token_trie.h"

namespace ashlar::grammar {

// One bit a token.
struct TokenMask {
  std::vector<std::uint64_t> bits = {};
  std::size_t count = 0;  // tokens that are allowed, those that end it too

  void allow(TokenId id) {
    bits[id / 64] |= std::uint64_t{1} << (id % 64);
    ++count;
  }

  bool allows(TokenId id) const { return (bits[id / 64] >> (id % 64) & 1) != 0; }
};
using SharedMask = std::shared_ptr<const TokenMask>;

// Shared by all answers of a request; from any thread.
class Constraint {
 public:
  // `ends` are the tokens that end an answer: allowed where it is whole.
  Constraint(std::unique_ptr<Language> language, std::shared_ptr<const TokenTrie> trie,
             std::vector<TokenId> ends);

  StateId start() const { return start_; }
  // Whether the answer may end there.
  bool can_end(StateId state);
  // Errors: the language's.
  Result<SharedMask> mask(StateId state);
  // kDead where the mask of `state` doesn't allow the token.
  Result<StateId> after(StateId state, TokenId token);

 private:
  Result<SharedMask> make_mask(StateId state);

  const std::shared_ptr<const TokenTrie> trie_;
  const StateId start_;
  const std::vector<TokenId> ends_;
  std::mutex mutex_;  // guards what is below
  std::unique_ptr<Language> language_;
  std::unordered_map<StateId, SharedMask> masks_;
};

}  // namespace ashlar::grammar
