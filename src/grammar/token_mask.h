// Which tokens of a vocabulary may come: one bit a token.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "grammar/token_trie.h"

namespace ashlar::grammar {

struct TokenMask {
  std::vector<std::uint64_t> bits = {};
  std::size_t count = 0;  // tokens that are allowed, those that end it too

  TokenMask() = default;
  explicit TokenMask(std::size_t vocabulary) : bits((vocabulary + 63) / 64) {}

  void allow(TokenId id) {
    bits[id / 64] |= std::uint64_t{1} << (id % 64);
    ++count;
  }

  bool allows(TokenId id) const { return (bits[id / 64] >> (id % 64) & 1) != 0; }
};
using SharedMask = std::shared_ptr<const TokenMask>;

}  // namespace ashlar::grammar
