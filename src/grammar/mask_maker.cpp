#include "grammar/mask_maker.h"

#include <string>

#include "grammar/shortest_end.h"

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostMaskBytes = std::size_t{64} << 20;  // kept, of one language

}  // namespace

Result<SharedMask> MaskMaker::mask(StateId state) {
  ASHLAR_ASSIGN(const auto only, forced(state));
  if (!only) return whole_mask(state);
  auto mask = std::make_shared<TokenMask>(TokenMask::none(trie_.size()));
  mask->allow(*only);
  return mask;
}

Result<std::optional<TokenId>> MaskMaker::forced(StateId state) {
  if (!settle_) return std::nullopt;
  if (const auto known = forced_.find(state); known != forced_.end()) return known->second;
  ASHLAR_ASSIGN(const StateId from, exactly_alike(language_, state));
  auto known = forced_.find(from);
  if (known == forced_.end()) {
    ASHLAR_ASSIGN(const auto found, find_forced(from));
    known = forced_.emplace(from, found).first;
  }
  return forced_.emplace(state, std::optional(known->second)).first->second;
}

Result<std::optional<TokenId>> MaskMaker::find_forced(StateId state) {
  language_.mark();
  const auto run = forced_run(language_, state);
  language_.forget();
  if (!run) return tl::unexpected(run.error());
  if (run->text.empty()) return std::nullopt;
  const auto tokens = settle_(*run);
  if (tokens.empty()) return std::nullopt;
  return tokens.front();
}

Result<SharedMask> MaskMaker::whole_mask(StateId state) {
  if (const auto found = masks_.find(state); found != masks_.end()) return found->second;
  ASHLAR_ASSIGN(const StateId alike, language_.alike(state));
  SharedMask mask;
  if (const auto found = masks_.find(alike); found != masks_.end()) {
    mask = found->second;
  } else {
    ASHLAR_ASSIGN(mask, make(state, alike));
  }
  if ((masks_.size() + 2) * mask->bits.size() * sizeof(mask->bits[0]) > kMostMaskBytes)
    masks_.clear();
  // What needed proof holds of this state alone.
  if (!language_.is_loose(alike)) masks_.emplace(alike, mask);
  masks_.emplace(state, mask);
  return mask;
}

Result<SharedMask> MaskMaker::make(StateId state, StateId alike) {
  if (const auto parts = language_.parts(state); !parts.empty()) return mask_of_parts(parts);
  ASHLAR_ASSIGN(const auto text, language_.free_text(alike, *texts_));
  language_.mark();
  auto mask = text ? mask_of_text(*text, state, alike) : mask_of_walk(state, alike);
  language_.forget();
  return mask;
}

Result<SharedMask> MaskMaker::mask_of_parts(const std::vector<StateId>& parts) {
  auto all = std::make_shared<TokenMask>(TokenMask::none(trie_.size()));
  for (const StateId part : parts) {
    ASHLAR_ASSIGN(const SharedMask own, whole_mask(part));
    all->allow_all(*own);
  }
  return all;
}

Result<SharedMask> MaskMaker::mask_of_walk(StateId state, StateId alike) {
  auto mask = std::make_shared<TokenMask>(TokenMask::none(trie_.size()));
  if (language_.accepts(alike))
    for (const TokenId id : ends_) mask->allow(id);
  const bool loose = language_.is_loose(alike);
  ASHLAR_ASSIGN(const Found found, walk(trie_, alike));
  for (const TokenId id : found) {
    if (loose) {
      ASHLAR_ASSIGN(const bool sure, is_sure(alike, state, id));
      if (!sure) continue;
    }
    mask->allow(id);
  }
  return mask;
}

Result<MaskMaker::Found> MaskMaker::walk(const TokenTrie& trie, StateId state) {
  Found found;
  const auto nodes = trie.nodes();
  std::vector<StateId> path{state};  // by depth
  for (std::uint32_t i = 0; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    path.resize(node.depth);
    ASHLAR_ASSIGN(const StateId next, language_.next(path.back(), node.byte));
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

Result<StateId> MaskMaker::reached(StateId state, std::string_view bytes) {
  for (const char byte : bytes) {
    if (state == kDead) break;
    ASHLAR_ASSIGN(state, language_.next(state, static_cast<std::uint8_t>(byte)));
  }
  return state;
}

Result<StateId> MaskMaker::after(StateId state, TokenId token) {
  const std::string_view bytes = trie_.bytes_of(token);
  return bytes.empty() ? StateId{kDead} : reached(state, bytes);
}

Result<std::optional<std::vector<TokenId>>> MaskMaker::closing(StateId state) {
  language_.mark();
  const auto text = shortest_end(language_, state);
  language_.forget();
  if (!text) return tl::unexpected(text.error());
  if (!*text) return std::nullopt;
  std::vector<TokenId> tokens;
  for (std::string_view rest = **text; !rest.empty();) {
    const auto longest = trie_.longest(rest);
    if (!longest) return std::nullopt;
    tokens.push_back(*longest);
    rest.remove_prefix(trie_.bytes_of(*longest).size());
  }
  return tokens;
}

// A token that was found by way of `alike`.
Result<bool> MaskMaker::is_sure(StateId alike, StateId state, TokenId token) {
  ASHLAR_ASSIGN(const StateId likely, reached(alike, trie_.bytes_of(token)));
  if (!language_.needs_proof(likely)) return true;
  ASHLAR_ASSIGN(const StateId to, reached(state, trie_.bytes_of(token)));
  return to != kDead;
}

Result<std::vector<bool>> MaskMaker::rests(const TokenTrie& trie, StateId behind) {
  std::vector<bool> allowed(trie.size() + 1);
  if (behind == kDead) return allowed;
  allowed.back() = true;  // nothing more
  ASHLAR_ASSIGN(const Found found, walk(trie, behind));
  for (const std::uint32_t rest : found) allowed[rest] = true;
  return allowed;
}

Result<const std::vector<bool>*> MaskMaker::kept_rests(const FreeTextMask& text,
                                                       const JsonSpelling& spelling,
                                                       StateId behind) {
  const auto [at, fresh] = rests_.try_emplace({behind, spelling});
  if (fresh) {
    auto found = rests(text.rests(), behind);
    if (!found) {
      rests_.erase(at);
      return tl::unexpected(std::move(found.error()));
    }
    at->second = std::move(*found);
  }
  return &at->second;
}

// What stays inside is known. Of the tokens that hold the string's end, the rests are walked from
// behind it: once for each state that this is, and once for each text that leads elsewhere.
Result<SharedMask> MaskMaker::mask_of_text(const FreeText& text, StateId state, StateId alike) {
  const auto spelled = texts_->at(text.spelling);
  auto mask = std::make_shared<TokenMask>(text.inside ? *text.inside : *spelled->inside(text.max));
  const bool loose = language_.is_loose(alike);
  std::vector<bool> other;  // behind a text that leads elsewhere
  const std::vector<bool>* usual = nullptr;
  StateId usually = kDead;  // what `usual` is behind
  const std::string* content = nullptr;
  bool leads_elsewhere = false;
  for (const std::size_t i : spelled->by_content()) {
    const auto& exit = spelled->exits()[i];
    const StateId behind = text.behinds.empty() ? text.behind : text.behinds[i];
    if (!content || *content != exit.content) {
      content = &exit.content;
      leads_elsewhere = text.leads_elsewhere(*content);
      if (leads_elsewhere) {
        ASHLAR_ASSIGN(const StateId to, reached(alike, *content + '"'));
        ASHLAR_ASSIGN(other, rests(spelled->rests(), to));
      }
    }
    if (!leads_elsewhere &&
        (exit.characters < text.min || (text.max && exit.characters > *text.max)))
      continue;
    if (!leads_elsewhere && behind == kDead) continue;
    if (!leads_elsewhere && behind != usually) {
      ASHLAR_ASSIGN(usual, kept_rests(*spelled, text.spelling, behind));
      usually = behind;
    }
    if (!(leads_elsewhere ? other : *usual)[exit.rest]) continue;
    if (loose) {
      ASHLAR_ASSIGN(const bool sure, is_sure(alike, state, exit.token));
      if (!sure) continue;
    }
    mask->allow(exit.token);
  }
  return mask;
}

}  // namespace ashlar::grammar
