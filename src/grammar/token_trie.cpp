#include "grammar/token_trie.h"

#include <algorithm>
#include <utility>

namespace ashlar::grammar {

TokenTrie::TokenTrie(std::span<const std::string_view> tokens) : size_(tokens.size()) {
  std::vector<TokenId> order;
  for (TokenId id = 0; id < size_; ++id) {
    begins_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    bytes_.insert(bytes_.end(), tokens[id].begin(), tokens[id].end());
    if (tokens[id].empty()) continue;
    order.push_back(id);
    if (tokens[id].size() == 1) alphabet_.set(static_cast<std::uint8_t>(tokens[id][0]));
  }
  begins_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  std::ranges::sort(order, {}, [&](TokenId id) { return std::pair(tokens[id], id); });

  std::vector<std::uint32_t> path;  // the nodes above and with the last
  const auto close = [&](std::size_t depth) {
    for (; path.size() > depth; path.pop_back())
      nodes_[path.back()].skip = static_cast<std::uint32_t>(nodes_.size());
  };
  std::string_view last;
  for (const TokenId id : order) {
    const std::string_view token = tokens[id];
    const auto shared =
        static_cast<std::size_t>(std::ranges::mismatch(token, last).in1 - token.begin());
    close(shared);
    for (std::size_t i = shared; i < token.size(); ++i) {
      path.push_back(static_cast<std::uint32_t>(nodes_.size()));
      const auto at = static_cast<std::uint32_t>(ids_.size());
      nodes_.push_back({.byte = static_cast<std::uint8_t>(token[i]),
                        .depth = static_cast<std::uint32_t>(i + 1),
                        .begin = at,
                        .end = at});
    }
    ids_.push_back(id);
    nodes_[path.back()].end = static_cast<std::uint32_t>(ids_.size());
    last = token;
  }
  close(0);
}

std::optional<TokenId> TokenTrie::longest(std::string_view text) const {
  std::optional<TokenId> found;
  std::uint32_t at = 0, end = static_cast<std::uint32_t>(nodes_.size());
  for (std::size_t depth = 0; depth < text.size(); ++depth) {
    while (at < end && nodes_[at].byte != static_cast<std::uint8_t>(text[depth]))
      at = nodes_[at].skip;
    if (at >= end) break;
    if (nodes_[at].begin < nodes_[at].end) found = ids_[nodes_[at].begin];
    end = nodes_[at].skip;
    ++at;  // what is below it
  }
  return found;
}

std::string_view TokenTrie::bytes_of(TokenId id) const {
  return {bytes_.data() + begins_[id], begins_[id + 1] - begins_[id]};
}

}  // namespace ashlar::grammar
