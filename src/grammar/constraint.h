// An answer's language against a vocabulary: which tokens may come next. The tokens that a mask
// lets through are those whose bytes keep to the language, wherever its parts begin and end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
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
  using Found = std::vector<std::uint32_t>;  // ids of a trie

  // `alike` stands for `state`.
  Result<std::shared_ptr<TokenMask>> make_mask(StateId state, StateId alike);
  // The trie's tokens that lead on from the state.
  Result<Found> walk(const TokenTrie& trie, StateId state);
  Result<std::shared_ptr<TokenMask>> mask_of(const FreeText& text, StateId state, StateId alike);
  // Which rests of tokens may come behind a string.
  Result<std::vector<bool>> rests(const TokenTrie& trie, StateId behind);
  Result<StateId> reached(StateId state, std::string_view bytes);
  Result<bool> is_sure(StateId alike, StateId state, TokenId token);

  const std::shared_ptr<FreeTextMasks> texts_;
  const TokenTrie& trie_;
  const StateId start_;
  const std::vector<TokenId> ends_;
  std::mutex mutex_;  // guards what is below
  std::unique_ptr<Language> language_;
  std::unordered_map<StateId, SharedMask> masks_;
  std::map<std::pair<StateId, JsonSpelling>, std::vector<bool>> rests_;  // behind a free text
};

}  // namespace ashlar::grammar
