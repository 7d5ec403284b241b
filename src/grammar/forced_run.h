// What a language says next where it leaves no choice.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/byte_set.h"
#include "grammar/state.h"
#include "grammar/token_trie.h"

namespace ashlar::grammar {

class Language;

inline constexpr std::size_t kMostForced = 64;  // bytes of a run that are looked at

struct ForcedRun {
  std::string text = {};  // every text of the language goes on so; empty: there is a choice
  ByteSet next = {};      // bytes that may follow, and perhaps others
  bool may_end = false;   // or nothing may
};

Result<ForcedRun> forced_run(Language& language, StateId state);

// The run's first tokens that the vocabulary's tokenizer gives to every text that holds the run
// where a token ends; those that depend on what is around it left out.
using Settle = std::function<std::vector<TokenId>(const ForcedRun& run)>;

}  // namespace ashlar::grammar
