#include "engine/ngram_draft.h"

#include <algorithm>

namespace ashlar::engine {
namespace {

// Tokens before `place` that are the same as the last ones, as far as it matters.
std::size_t agreement(std::span<const TokenId> tokens, std::size_t place) {
  constexpr std::size_t kMost = 10;
  std::size_t count = 0;
  while (count < std::min(kMost, place) &&
         tokens[place - 1 - count] == tokens[tokens.size() - 1 - count])
    ++count;
  return count;
}

std::size_t kind_of(std::size_t agreement) {
  return agreement < 4 ? 0 : agreement < 6 ? 1 : agreement < 10 ? 2 : 3;
}

// What stood from `place` on; at the end the text goes on as it went there.
std::vector<TokenId> copy(std::span<const TokenId> tokens, std::size_t place, std::size_t count) {
  std::vector<TokenId> guesses;
  const std::size_t period = tokens.size() - place;
  for (std::size_t i = 0; i < count; ++i)
    guesses.push_back(i < period ? tokens[place + i] : guesses[i - period]);
  return guesses;
}

}  // namespace

// Two n-grams with one key would only make a bad guess.
std::uint64_t NgramDraft::key_of(std::span<const TokenId, kGram> gram) {
  return gram[0] ^ std::uint64_t{gram[1]} << 21 ^ std::uint64_t{gram[2]} << 42;
}

void NgramDraft::index(Text& text, std::span<const TokenId> tokens) {
  for (; text.indexed + kGram < tokens.size(); ++text.indexed)
    text.follows[key_of(tokens.subspan(text.indexed).first<kGram>())] =
        text.indexed + static_cast<std::uint32_t>(kGram);
}

void NgramDraft::propose(Text& text, Ask& ask, double price) {
  if (ask.tokens.size() <= kGram) return;
  index(text, ask.tokens);
  const auto found = text.follows.find(key_of(ask.tokens.last<kGram>()));
  if (found == text.follows.end()) return;
  text.kind = kind_of(agreement(ask.tokens, found->second));
  ask.guesses = copy(ask.tokens, found->second, odds_[text.kind].worth(price, ask.most));
}

void NgramDraft::propose(std::span<Ask> asks, const Price& price,
                         const model::Abandoned& /*abandoned*/) {
  std::map<SequenceKey, Text> texts;  // of those that haven't ended
  for (Ask& ask : asks) {
    Text& text = texts[ask.sequence];
    if (auto known = texts_.find(ask.sequence); known != texts_.end())
      text = std::move(known->second);
    propose(text, ask, price.row);
  }
  texts_ = std::move(texts);
}

void NgramDraft::learn(SequenceKey sequence, std::uint32_t proposed, std::uint32_t accepted) {
  odds_[texts_[sequence].kind].learn(proposed, accepted);
}

}  // namespace ashlar::engine
