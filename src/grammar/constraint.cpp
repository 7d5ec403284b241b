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
  ASHLAR_ASSIGN(const SharedMask made, make_mask(state, alike));
  if ((masks_.size() + 1) * made->bits.size() * sizeof(made->bits[0]) > kMostMaskBytes)
    masks_.clear();
  masks_.emplace(alike, made);
  masks_.emplace(state, made);
  return made;
}

Result<std::shared_ptr<TokenMask>> Constraint::make_mask(StateId state, StateId alike) {
  ASHLAR_ASSIGN(const auto text, language_->free_text(alike, *texts_));
  language_->mark();
  if (text) {
    auto mask = mask_of(*text, state, alike);
    language_->forget();
    return mask;
  }
  auto mask = std::make_shared<TokenMask>(trie_.size());
  if (language_->accepts(alike))
    for (const TokenId id : ends_) mask->allow(id);
  ASHLAR_ASSIGN(const Found found, walk(trie_, alike));
  for (const TokenId id : found) {
    ASHLAR_ASSIGN(const bool sure, is_sure(alike, state, id));
    if (sure) mask->allow(id);
  }
  language_->forget();
  return mask;
}

Result<Constraint::Found> Constraint::walk(const TokenTrie& trie, StateId state) {
  Found found;
  const auto nodes = trie.nodes();
  std::vector<StateId> path{state};  // by depth
  for (std::uint32_t i = 0; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    path.resize(node.depth);
    ASHLAR_ASSIGN(const StateId next, language_->next(path.back(), node.byte));
    if (next == kDead) {
      i = node.skip;
      continue;
    }
    for (std::uint32_t at = node.begin; at < node.end; ++at) found.push_back(trie.ids()[at]);
    path.push_back(next);
    ++i;
  }
  return found;
}

Result<StateId> Constraint::reached(StateId state, std::string_view bytes) {
  for (const char byte : bytes) {
    if (state == kDead) break;
    ASHLAR_ASSIGN(state, language_->next(state, static_cast<std::uint8_t>(byte)));
  }
  return state;
}

// A token that was found by way of `alike`.
Result<bool> Constraint::is_sure(StateId alike, StateId state, TokenId token) {
  if (!language_->is_loose(alike)) return true;
  ASHLAR_ASSIGN(const StateId likely, reached(alike, trie_.bytes_of(token)));
  if (!language_->needs_proof(likely)) return true;
  ASHLAR_ASSIGN(const StateId to, reached(state, trie_.bytes_of(token)));
  return to != kDead;
}

Result<std::vector<bool>> Constraint::rests(const TokenTrie& trie, StateId behind) {
  std::vector<bool> allowed(trie.size());
  if (behind == kDead) return allowed;
  ASHLAR_ASSIGN(const Found found, walk(trie, behind));
  for (const std::uint32_t rest : found) allowed[rest] = true;
  return allowed;
}

// What stays inside is known. Of the tokens that hold the string's end, the rests are walked from
// behind it: once for each state that this is, and once for each text that leads elsewhere.
Result<std::shared_ptr<TokenMask>> Constraint::mask_of(const FreeText& text, StateId state,
                                                       StateId alike) {
  const auto spelled = texts_->at(text.spelling);
  auto mask = std::make_shared<TokenMask>(text.inside ? *text.inside : *spelled->inside(text.max));
  const auto known = rests_.find({text.behind, text.spelling});
  if (known == rests_.end()) {
    ASHLAR_ASSIGN(rests_[std::pair(text.behind, text.spelling)],
                  rests(spelled->rests(), text.behind));
  }
  const std::vector<bool>& usual = rests_.at({text.behind, text.spelling});
  std::map<std::string, std::pair<StateId, std::vector<bool>>> elsewhere;
  for (std::size_t i = 0; i < spelled->exits().size(); ++i) {
    const auto& exit = spelled->exits()[i];
    if (!text.exits.empty() && !text.exits[i]) continue;
    const std::vector<bool>* allowed = &usual;
    StateId behind = text.behind;
    // An escape may spell what is listed in plain.
    if (std::ranges::binary_search(text.elsewhere, exit.content) ||
        (!text.elsewhere.empty() && exit.content.find('\\') != std::string::npos)) {
      const auto [at, fresh] = elsewhere.try_emplace(exit.content);
      if (fresh) {
        ASHLAR_ASSIGN(at->second.first, reached(alike, exit.content + '"'));
        ASHLAR_ASSIGN(at->second.second, rests(spelled->rests(), at->second.first));
      }
      behind = at->second.first;
      allowed = &at->second.second;
    } else if (exit.characters < text.min || (text.max && exit.characters > *text.max)) {
      continue;
    }
    if (behind == kDead || (exit.rest != FreeTextMask::kNothing && !(*allowed)[exit.rest]))
      continue;
    ASHLAR_ASSIGN(const bool sure, is_sure(alike, state, exit.token));
    if (sure) mask->allow(exit.token);
  }
  return mask;
}

Result<StateId> Constraint::after(StateId state, TokenId token) {
  const std::scoped_lock lock(mutex_);
  const std::string_view bytes = trie_.bytes_of(token);
  if (bytes.empty()) return kDead;
  return reached(state, bytes);
}

}  // namespace ashlar::grammar
