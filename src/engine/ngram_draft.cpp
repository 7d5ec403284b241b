#include "engine/ngram_draft.h"

#include <algorithm>

namespace ashlar::engine {

// Two n-grams with one key would only make a bad guess.
std::uint64_t NgramDraft::key_of(std::span<const TokenId, kGram> gram) {
  return gram[0] ^ std::uint64_t{gram[1]} << 21 ^ std::uint64_t{gram[2]} << 42;
}

std::vector<TokenId> NgramDraft::propose(std::span<const TokenId> tokens, std::uint32_t most) {
  if (tokens.size() <= kGram) return {};
  for (; indexed_ + kGram < tokens.size(); ++indexed_)
    follows_[key_of(tokens.subspan(indexed_).first<kGram>())] =
        indexed_ + static_cast<std::uint32_t>(kGram);
  if (rest_ > 0) {
    --rest_;
    return {};
  }
  const auto found = follows_.find(key_of(tokens.last<kGram>()));
  if (found == follows_.end()) return {};
  const auto after = tokens.subspan(found->second);
  const std::size_t count = std::min<std::size_t>({after.size(), length_, most});
  return {after.begin(), after.begin() + static_cast<std::ptrdiff_t>(count)};
}

void NgramDraft::learn(std::uint32_t proposed, std::uint32_t accepted) {
  if (proposed == 0) return;
  length_ = accepted == proposed ? std::min(2 * length_, kLongest) : std::max(accepted + 1, 2u);
  misses_ = accepted == 0 ? std::min(misses_ + 1, 6u) : 0;
  if (misses_ > 0) rest_ = std::min(kLongestRest, 1u << misses_);
}

}  // namespace ashlar::engine
