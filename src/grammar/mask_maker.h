// The masks of a language's states over a vocabulary, each found once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "grammar/forced_run.h"
#include "grammar/free_text.h"
#include "grammar/language.h"
#include "grammar/token_mask.h"

namespace ashlar::grammar {

// By one caller at a time.
class MaskMaker {
 public:
  // `language` lives as long as this. Without `settle` no token is forced.
  MaskMaker(Language& language, std::shared_ptr<FreeTextMasks> texts, std::vector<TokenId> ends,
            Settle settle)
      : language_(language),
        texts_(std::move(texts)),
        trie_(texts_->trie()),
        ends_(std::move(ends)),
        settle_(std::move(settle)) {}

  Result<SharedMask> mask(StateId state);
  Result<std::optional<TokenId>> forced(StateId state);
  Result<StateId> after(StateId state, TokenId token);
  Result<std::optional<std::vector<TokenId>>> closing(StateId state);

 private:
  using Found = std::vector<std::uint32_t>;  // ids of a trie

  // Of all tokens that lead on, a forced one or not.
  Result<SharedMask> whole_mask(StateId state);
  Result<std::optional<TokenId>> find_forced(StateId state);
  // `alike` stands for `state`.
  Result<SharedMask> make(StateId state, StateId alike);
  Result<SharedMask> mask_of_parts(const std::vector<StateId>& parts);
  Result<SharedMask> mask_of_text(const FreeText& text, StateId state, StateId alike);
  Result<SharedMask> mask_of_walk(StateId state, StateId alike);
  // The trie's tokens that lead on from the state.
  Result<Found> walk(const TokenTrie& trie, StateId state);
  // Which rests of tokens may come behind a string; last: whether nothing may.
  Result<std::vector<bool>> rests(const TokenTrie& trie, StateId behind);
  Result<const std::vector<bool>*> kept_rests(const FreeTextMask& text,
                                              const JsonSpelling& spelling, StateId behind);
  Result<StateId> reached(StateId state, std::string_view bytes);
  Result<bool> is_sure(StateId alike, StateId state, TokenId token);

  Language& language_;
  const std::shared_ptr<FreeTextMasks> texts_;
  const TokenTrie& trie_;
  const std::vector<TokenId> ends_;
  const Settle settle_;
  std::unordered_map<StateId, std::optional<TokenId>> forced_;
  std::unordered_map<StateId, SharedMask> masks_;
  std::map<std::pair<StateId, JsonSpelling>, std::vector<bool>> rests_;  // behind a free text
};

}  // namespace ashlar::grammar
