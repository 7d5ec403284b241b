// A vocabulary's tokens as a tree of their bytes, walked beside an automaton.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "grammar/byte_set.h"

namespace ashlar::grammar {

using TokenId = std::uint32_t;

class TokenTrie {
 public:
  // tokens[id]: its bytes; empty: it has none that text could be made of.
  explicit TokenTrie(std::span<const std::string_view> tokens);

  // In the order of a walk: first a node, then all below it, which end before `skip`.
  struct Node {
    std::uint8_t byte = 0;
    std::uint32_t depth = 0;           // bytes up to and with its own
    std::uint32_t skip = 0;            // the next node that isn't below it
    std::uint32_t begin = 0, end = 0;  // its tokens, in ids()
  };
  std::span<const Node> nodes() const { return nodes_; }
  std::span<const TokenId> ids() const { return ids_; }
  std::size_t size() const { return size_; }             // of the vocabulary
  const ByteSet& alphabet() const { return alphabet_; }  // bytes that are tokens by themselves
  std::string_view bytes_of(TokenId id) const;
  // The longest token that the text begins with.
  std::optional<TokenId> longest(std::string_view text) const;

 private:
  std::size_t size_;
  std::vector<Node> nodes_;
  std::vector<TokenId> ids_;
  ByteSet alphabet_;
  std::vector<std::uint32_t> begins_;  // of each token's bytes
  std::vector<char> bytes_;
};

}  // namespace ashlar::grammar
