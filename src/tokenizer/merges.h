// The merges of a byte-level BPE: which neighbours join to which token, and which pair goes first.
// Read from tokenizer.ggml.merges ("left right" a line, the first has rank 0) or from a
// tokenizer.json, each one checked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"
#include "tokenizer/vocabulary.h"

namespace ashlar::tokenizer {

using Rank = std::uint32_t;
inline constexpr Rank kNoMerge = UINT32_MAX;

// Two tokens as the file spells them; views.
struct SpelledMerge {
  std::string_view left, right;
};

// Of "left right"; nothing where that isn't two.
std::optional<SpelledMerge> split_merge(std::string_view line);

// How an error names merge i of a list: BEFORE i AFTER.
struct MergePlace {
  std::string before, after;
  std::string_view mend;

  tl::unexpected<Error> wrong(std::size_t index, std::string message) const;
};

class Merges {
 public:
  // In order of rank. A part or result that is no token or a special one is `corrupt`, as is a pair
  // that is there already.
  static Result<Merges> from_spelled(std::span<const SpelledMerge> spelled,
                                     const SpellingIndex& ids, const Vocabulary& vocabulary,
                                     const MergePlace& place);
  static Result<Merges> from_gguf(const formats::Gguf& file, const SpellingIndex& ids,
                                  const Vocabulary& vocabulary);

  std::size_t size() const { return results_.size(); }
  // kNoMerge where the two don't join.
  Rank rank_of(TokenId left, TokenId right) const;
  // REQUIRES: rank < size().
  TokenId result_of(Rank rank) const { return results_[rank]; }

 private:
  explicit Merges(std::size_t count);
  bool add(TokenId left, TokenId right, TokenId result);  // false where the pair is there already
  std::size_t slot_of(std::uint64_t pair) const;

  // Open addressing with linear probing, at most half full; the slot of a pair holds its rank.
  struct Slot {
    std::uint64_t pair = 0;
    Rank rank = kNoMerge;
  };
  std::vector<Slot> slots_;
  std::vector<TokenId> results_;  // by rank
};

}  // namespace ashlar::tokenizer
