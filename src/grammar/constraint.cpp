#include "grammar/constraint.h"

#include <algorithm>
#include <utility>

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostMaskBytes = std::size_t{64} << 20;  // kept, of one constraint

}  // namespace

Constraint::Constraint(std::unique_ptr<Language> language, std::shared_ptr<FreeTextMasks> texts,
                       std::vector<TokenId> ends)
    : texts_(std::move(texts)),
      trie_(texts_->trie()),
      start_(language->start()),
      ends_(std::move(ends)),
      language_(std::move(language)) {}

bool Constraint::can_end(StateId state) {
  const std::scoped_lock lock(mutex_);
  return language_->accepts(state);
}

Result<SharedMask> Constraint::mask(StateId state) {
  const std::scoped_lock lock(mutex_);
  if (const auto found = masks_.find(state); found != masks_.end()) return found->second;
  ASHLAR_ASSIGN(const StateId alike, language_->alike(state));
  if (const auto found = masks_.find(alike); found != masks_.end()) {
    const SharedMask mask = found->second;
    return masks_[state] = mask;
  }
  ASHLAR_ASSIGN(const SharedMask made, make_mask(alike));
  if ((masks_.size() + 1) * made->bits.size() * sizeof(made->bits[0]) > kMostMaskBytes)
    masks_.clear();
  masks_.emplace(alike, made);
  masks_.emplace(state, made);
  return made;
}

Result<std::shared_ptr<TokenMask>> Constraint::make_mask(StateId state) {
  ASHLAR_ASSIGN(const auto text, language_->free_text(state));
  if (text) return mask_of(*text, state);
  auto mask = std::make_shared<TokenMask>(trie_.size());
  if (language_->accepts(state))
    for (const TokenId id : ends_) mask->allow(id);
  std::vector<TokenId> found;
  ASHLAR_TRY(walk(state, 0, static_cast<std::uint32_t>(trie_.nodes().size()), 0, found));
  for (const TokenId id : found) mask->allow(id);
  return mask;
}

Status Constraint::walk(StateId state, std::uint32_t from, std::uint32_t to, std::uint32_t depth,
                        std::vector<TokenId>& found) {
  const auto nodes = trie_.nodes();
  std::vector<StateId> path{state};  // by depth
  for (std::uint32_t i = from; i < to;) {
    const TokenTrie::Node& node = nodes[i];
    path.resize(node.depth - depth);
    ASHLAR_ASSIGN(const StateId next, language_->next(path.back(), node.byte));
    if (next == kDead) {
      i = node.skip;
      continue;
    }
    for (std::uint32_t at = node.begin; at < node.end; ++at) found.push_back(trie_.ids()[at]);
    path.push_back(next);
    ++i;
  }
  return {};
}

// What stays inside is known of the vocabulary. Of the tokens that hold the string's end, the rest
// is walked from behind it, once for each state that this is.
Result<std::shared_ptr<TokenMask>> Constraint::mask_of(const FreeText& text, StateId state) {
  const auto spelled = texts_->at(text.spelling);
  auto mask = std::make_shared<TokenMask>(*spelled->inside(text.max));
  ASHLAR_ASSIGN(const auto rests, tails(text.behind, text.spelling, *spelled));
  for (std::size_t i = 0; i < rests->size(); ++i) {
    const auto& exit = spelled->exits()[i];
    // An escape may spell what is listed in plain.
    const bool escaped = !text.elsewhere.empty() && exit.content.find('\\') != std::string::npos;
    if (escaped || std::ranges::binary_search(text.elsewhere, exit.content)) {
      StateId at = state;
      for (const char byte : exit.content) {
        ASHLAR_ASSIGN(at, language_->next(at, static_cast<std::uint8_t>(byte)));
      }
      std::vector<TokenId> found;
      const auto depth = static_cast<std::uint32_t>(exit.content.size());
      ASHLAR_TRY(walk(at, exit.node, trie_.nodes()[exit.node].skip, depth, found));
      for (const TokenId id : found) mask->allow(id);
    } else if (exit.characters >= text.min && (!text.max || exit.characters <= *text.max)) {
      for (const TokenId id : (*rests)[i]) mask->allow(id);
    }
  }
  return mask;
}

Result<std::shared_ptr<const Constraint::Tails>> Constraint::tails(StateId behind,
                                                                   const JsonSpelling& spelling,
                                                                   const FreeTextMask& text) {
  auto& kept = tails_[{behind, spelling}];
  if (kept) return kept;
  auto made = std::make_shared<Tails>(text.exits().size());
  for (std::size_t i = 0; i < made->size() && behind != kDead; ++i) {
    const TokenTrie::Node& node = trie_.nodes()[text.exits()[i].node];
    for (std::uint32_t at = node.begin; at < node.end; ++at) (*made)[i].push_back(trie_.ids()[at]);
    ASHLAR_TRY(walk(behind, text.exits()[i].node + 1, node.skip, node.depth, (*made)[i]));
  }
  kept = std::move(made);
  return kept;
}

Result<StateId> Constraint::after(StateId state, TokenId token) {
  const std::scoped_lock lock(mutex_);
  const std::string_view bytes = trie_.bytes_of(token);
  if (bytes.empty()) return kDead;
  for (const char byte : bytes) {
    ASHLAR_ASSIGN(state, language_->next(state, static_cast<std::uint8_t>(byte)));
    if (state == kDead) return kDead;
  }
  return state;
}

}  // namespace ashlar::grammar
