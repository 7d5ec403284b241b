#include "grammar/free_text.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace ashlar::grammar {
namespace {

constexpr std::size_t kMostSpellings = 1024;  // kept of one vocabulary

// The tokens at a node and below it are in one row.
std::uint32_t end_of_tokens(std::span<const TokenTrie::Node> nodes, std::uint32_t node) {
  return nodes[nodes[node].skip - 1].end;
}

bool begins_character(JsonSpelling::Read read, std::uint8_t byte) {
  if (read == JsonSpelling::Read::escaped) return true;
  return read == JsonSpelling::Read::byte && (byte & 0xC0) != 0x80;
}

}  // namespace

FreeTextMask::FreeTextMask(const TokenTrie& trie, const JsonSpelling& spelling)
    : size_(trie.size()) {
  struct Place {
    JsonSpelling spelling;
    std::uint32_t characters;
  };
  std::vector<Place> path{{spelling, 0}};  // by depth
  std::string content;
  std::vector<std::string> rests;  // of exits_
  const auto nodes = trie.nodes();
  for (std::uint32_t i = 0; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    path.resize(node.depth);
    content.resize(node.depth - 1);
    Place place = path.back();
    const auto read = place.spelling.read(node.byte);
    place.spelling.character = 0;
    if (read == JsonSpelling::Read::closed)
      for (std::uint32_t at = node.begin; at < end_of_tokens(nodes, i); ++at) {
        const TokenId id = trie.ids()[at];
        exits_.push_back({id, content, place.characters});
        rests.emplace_back(trie.bytes_of(id).substr(node.depth));
      }
    if (read == JsonSpelling::Read::closed || read == JsonSpelling::Read::dead) {
      i = node.skip;
      continue;
    }
    if (begins_character(read, node.byte)) ++place.characters;
    // An escape that is begun will be a character too.
    const bool begun = place.spelling.phase != JsonSpelling::Phase::plain;
    for (std::uint32_t at = node.begin; at < node.end; ++at)
      tokens_.emplace_back(place.characters + (begun ? 1 : 0), trie.ids()[at]);
    path.push_back(place);
    content += static_cast<char>(node.byte);
    ++i;
  }
  std::ranges::sort(tokens_);
  find_rests(rests);
}

// What is behind the string is walked once for all tokens that have it.
void FreeTextMask::find_rests(const std::vector<std::string>& rests) {
  std::map<std::string, std::uint32_t> ids;
  for (const std::string& rest : rests)
    if (!rest.empty()) ids.try_emplace(rest, static_cast<std::uint32_t>(ids.size()));
  for (std::size_t i = 0; i < rests.size(); ++i)
    exits_[i].rest = rests[i].empty() ? static_cast<std::uint32_t>(ids.size()) : ids.at(rests[i]);
  std::vector<std::string_view> texts(ids.size());
  for (const auto& [text, id] : ids) texts[id] = text;
  rests_ = std::make_unique<const TokenTrie>(texts);
  for (std::size_t i = 0; i < exits_.size(); ++i) by_content_.push_back(i);
  std::ranges::sort(by_content_, {}, [&](std::size_t i) {
    return std::pair(std::string_view(exits_[i].content), i);
  });
}

SharedMask FreeTextMask::inside(std::optional<std::uint64_t> characters) const {
  const std::uint32_t longest = tokens_.empty() ? 0 : tokens_.back().first;
  const auto most = static_cast<std::uint32_t>(
      characters ? std::min<std::uint64_t>(*characters, longest) : longest);
  const std::scoped_lock lock(mutex_);
  auto& kept = masks_[most];
  if (!kept) {
    auto mask = std::make_shared<TokenMask>(TokenMask::none(size_));
    for (const auto& [begun, id] : tokens_) {
      if (begun > most) break;
      mask->allow(id);
    }
    kept = std::move(mask);
  }
  return kept;
}

std::shared_ptr<const FreeTextMask> FreeTextMasks::at(const JsonSpelling& spelling) {
  const std::scoped_lock lock(mutex_);
  auto& kept = masks_[spelling];
  if (!kept) kept = std::make_shared<FreeTextMask>(*trie_, spelling);
  auto mask = kept;
  if (masks_.size() > kMostSpellings) masks_.clear();
  return mask;
}

}  // namespace ashlar::grammar
