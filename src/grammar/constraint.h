// An answer's language against a vocabulary: which tokens may come next. The tokens that a mask
// lets through are those whose bytes keep to the language, wherever its parts begin and end.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "grammar/forced_run.h"
#include "grammar/state.h"
#include "grammar/token_mask.h"

namespace ashlar::grammar {

class FreeTextMasks;
class Language;
class MaskMaker;

// Shared by all answers of a request; from any thread.
class Constraint {
 public:
  // `ends` are the tokens that end an answer: allowed where it is whole. `settle` says which token
  // is the only one where the language leaves no choice; without it, all that fit are allowed.
  Constraint(std::unique_ptr<Language> language, std::shared_ptr<FreeTextMasks> texts,
             std::vector<TokenId> ends, Settle settle = {});
  ~Constraint();

  StateId start() const { return start_; }
  // Whether the answer may end there.
  bool can_end(StateId state);
  // Errors: the language's.
  Result<SharedMask> mask(StateId state);
  // The only token of the mask, where what the language says next has it whatever follows. Quicker
  // than the mask. Nothing at other masks of one token.
  Result<std::optional<TokenId>> forced(StateId state);
  // kDead where the mask of `state` doesn't allow the token.
  Result<StateId> after(StateId state, TokenId token);
  // The tokens of the shortest text that leads from the state to an end; nothing where no search of
  // bounded length finds one.
  Result<std::optional<std::vector<TokenId>>> closing(StateId state);

 private:
  const std::unique_ptr<Language> language_;
  const StateId start_;
  std::mutex mutex_;  // guards the language and what is made of it
  const std::unique_ptr<MaskMaker> maker_;
};

}  // namespace ashlar::grammar
