#include "grammar/constraint.h"

#include <utility>

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostMaskBytes = std::size_t{64} << 20;  // kept, of one constraint

}  // namespace

Constraint::Constraint(std::unique_ptr<Language> language, std::shared_ptr<const TokenTrie> trie,
                       std::vector<TokenId> ends)
    : trie_(std::move(trie)),
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
  ASHLAR_ASSIGN(SharedMask made, make_mask(state));
  if ((masks_.size() + 1) * made->bits.size() * sizeof(made->bits[0]) > kMostMaskBytes)
    masks_.clear();
  masks_.emplace(state, made);
  return made;
}

Result<SharedMask> Constraint::make_mask(StateId state) {
  auto mask = std::make_shared<TokenMask>();
  mask->bits.resize((trie_->size() + 63) / 64);
  if (language_->accepts(state))
    for (const TokenId id : ends_) mask->allow(id);
  const auto nodes = trie_->nodes();
  std::vector<StateId> path{state};  // by depth
  for (std::uint32_t i = 0; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    path.resize(node.depth);
    ASHLAR_ASSIGN(const StateId next, language_->next(path.back(), node.byte));
    if (next == kDead) {
      i = node.skip;
      continue;
    }
    for (std::uint32_t at = node.begin; at < node.end; ++at) mask->allow(trie_->ids()[at]);
    path.push_back(next);
    ++i;
  }
  return mask;
}

Result<StateId> Constraint::after(StateId state, TokenId token) {
  const std::scoped_lock lock(mutex_);
  const std::string_view bytes = trie_->bytes_of(token);
  if (bytes.empty()) return kDead;
  for (const char byte : bytes) {
    ASHLAR_ASSIGN(state, language_->next(state, static_cast<std::uint8_t>(byte)));
    if (state == kDead) return kDead;
  }
  return state;
}

}  // namespace ashlar::grammar
