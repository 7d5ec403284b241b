// An answer's language against a vocabulary: which tokens may come next. The tokens that a mask
// lets through are those whose bytes keep to the language, wherever its parts begin and end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "grammar/free_text.h"
#include "grammar/language.h"
#include "grammar/token_mask.h"

namespace ashlar::grammar {

// Shared by all answers of a request; from any thread.
class Constraint {
 public:
  // `ends` are the tokens that end an answer: allowed where it is whole.
  Constraint(std::unique_ptr<Language> language, std::shared_ptr<FreeTextMasks> texts,
             std::vector<TokenId> ends);

  StateId start() const { return start_; }
  // Whether the answer may end there.
  bool can_end(StateId state);
  // Errors: the language's.
  Result<SharedMask> mask(StateId state);
  // kDead where the mask of `state` doesn't allow the token.
  Result<StateId> after(StateId state, TokenId token);

 private:
  Result<std::shared_ptr<TokenMask>> make_mask(StateId state);
  // Adds the tokens that pass through the trie's nodes [from, to), `state` being in front of them,
  // at `depth` bytes.
  Status walk(StateId state, std::uint32_t from, std::uint32_t to, std::uint32_t depth,
              std::vector<TokenId>& found);
  Result<std::shared_ptr<TokenMask>> mask_of(const FreeText& text, StateId state);
  // By exit: the tokens whose rest may come behind the string.
  using Tails = std::vector<std::vector<TokenId>>;
  Result<std::shared_ptr<const Tails>> tails(StateId behind, const JsonSpelling& spelling,
                                             const FreeTextMask& text);

  const std::shared_ptr<FreeTextMasks> texts_;
  const TokenTrie& trie_;
  const StateId start_;
  const std::vector<TokenId> ends_;
  std::mutex mutex_;  // guards what is below
  std::unique_ptr<Language> language_;
  std::unordered_map<StateId, SharedMask> masks_;
  std::map<std::pair<StateId, JsonSpelling>, std::shared_ptr<const Tails>> tails_;
};

}  // namespace ashlar::grammar
