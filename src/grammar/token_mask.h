// Which tokens of a vocabulary may come: one bit a token.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "grammar/token_trie.h"

namespace ashlar::grammar {

struct TokenMask {
  std::vector<std::uint64_t> bits = {};
  std::size_t count = 0;  // tokens that are allowed, those that end it too

  static TokenMask none(std::size_t vocabulary) {
    return {.bits = std::vector<std::uint64_t>((vocabulary + 63) / 64)};
  }

  void allow(TokenId id) {
    bits[id / 64] |= std::uint64_t{1} << (id % 64);
    ++count;
  }

  void allow_all(const TokenMask& other) {
    count = 0;
    for (std::size_t i = 0; i < bits.size(); ++i)
      count += static_cast<std::size_t>(std::popcount(bits[i] |= other.bits[i]));
  }

  // REQUIRES: count > 0. The lowest that is allowed.
  TokenId first() const {
    std::size_t i = 0;
    while (bits[i] == 0) ++i;
    return static_cast<TokenId>(64 * i + static_cast<std::size_t>(std::countr_zero(bits[i])));
  }

  bool allows(TokenId id) const { return (bits[id / 64] >> (id % 64) & 1) != 0; }
};
using SharedMask = std::shared_ptr<const TokenMask>;

}  // namespace ashlar::grammar
