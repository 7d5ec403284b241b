// Byte-pair encoding of one word: of all neighbours that join, those of the lowest rank do first,
// the leftmost of equals. It knows no text, only bytes, tokens and merges.
// Source: Sennrich et al., "Neural machine translation of rare words with subword units", ACL 2016;
// order of merges as in Hugging Face's `tokenizers` (models/bpe/word.rs).
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "tokenizer/merges.h"

namespace ashlar::tokenizer {

class Bpe {
 public:
  // The token of each byte; a vocabulary need not have all of them.
  using ByteTokens = std::array<std::optional<TokenId>, 256>;

  // What a byte without a token becomes: one token each, or with `fuse` one for a run of them.
  struct Unknown {
    TokenId id;
    bool fuse;
  };

  Bpe(const ByteTokens& bytes, Merges merges, std::optional<Unknown> unknown = std::nullopt);

  // Appends the word's tokens. Without `unknown` a byte that has no token gives none, and what
  // stood beside it become neighbours, as in the reference; returns how many such bytes there were.
  // O(n log n) for n bytes. REQUIRES: word.size() < 2^32 - 1.
  std::size_t encode(std::string_view word, std::vector<TokenId>& ids) const;

 private:
  // The tokens of the bytes, before any merge; returns how many bytes have none.
  std::size_t append_bytes(std::string_view word, std::vector<TokenId>& ids) const;
  void merge_short(std::vector<TokenId>& ids, std::size_t begin) const;
  void merge_long(std::vector<TokenId>& ids, std::size_t begin) const;

  ByteTokens bytes_;
  Merges merges_;
  std::optional<Unknown> unknown_;
};

}  // namespace ashlar::tokenizer
