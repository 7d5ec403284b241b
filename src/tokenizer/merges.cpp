#include "tokenizer/merges.h"

#include <fmt/format.h>

#include <bit>

#include "formats/in_quotes.h"

namespace ashlar::tokenizer {
namespace {

constexpr std::string_view kMerges = "tokenizer.ggml.merges";

std::uint64_t pair_of(TokenId left, TokenId right) {
  return static_cast<std::uint64_t>(left) << 32 | right;
}

// One entry of the file's list, resolved.
struct Merge {
  TokenId left, right, result;
};

class MergeReader {
 public:
  MergeReader(const SpellingIndex& ids, const Vocabulary& vocabulary, const MergePlace& place)
      : ids_(ids), vocabulary_(vocabulary), place_(place) {}

  Result<Merge> read(const SpelledMerge& spelled, std::size_t index) {
    joined_.assign(spelled.left).append(spelled.right);
    Merge merge{};
    ASHLAR_TRY(resolve(spelled.left, index, merge.left));
    ASHLAR_TRY(resolve(spelled.right, index, merge.right));
    ASHLAR_TRY(resolve(joined_, index, merge.result));
    return merge;
  }

 private:
  // Text must not become a special token by merging: those are only made on request.
  Status resolve(std::string_view spelling, std::size_t index, TokenId& id) const {
    const auto found = ids_.find(spelling);
    if (found == ids_.end())
      return place_.wrong(index, formats::in_quotes(spelling) + " is not a token");
    if (is_special(vocabulary_.type_of(found->second)))
      return place_.wrong(index, formats::in_quotes(spelling) + " is a special token");
    id = found->second;
    return {};
  }

  const SpellingIndex& ids_;
  const Vocabulary& vocabulary_;
  const MergePlace& place_;
  std::string joined_;
};

}  // namespace

tl::unexpected<Error> MergePlace::wrong(std::size_t index, std::string message) const {
  return fail(ErrorKind::corrupt, std::move(message), fmt::format("{}{}{}", before, index, after),
              std::string(mend));
}

std::optional<SpelledMerge> split_merge(std::string_view line) {
  // A part is never empty, so that the first character may be a space.
  const std::size_t space = line.find(' ', 1);
  if (space == std::string_view::npos || space + 1 == line.size()) return std::nullopt;
  return SpelledMerge{line.substr(0, space), line.substr(space + 1)};
}

Result<Merges> Merges::from_gguf(const formats::Gguf& file, const SpellingIndex& ids,
                                 const Vocabulary& vocabulary) {
  ASHLAR_ASSIGN(const auto lines, file.strings(kMerges));
  const MergePlace place{fmt::format("{}: {}[", file.where(), kMerges), "]",
                         "convert the model anew"};
  std::vector<SpelledMerge> spelled;
  spelled.reserve(lines.size());
  for (const std::string_view line : lines) {
    const auto merge = split_merge(line);
    if (!merge)
      return place.wrong(spelled.size(),
                         formats::in_quotes(line) + " is not two tokens with a space between");
    spelled.push_back(*merge);
  }
  return from_spelled(spelled, ids, vocabulary, place);
}

Result<Merges> Merges::from_spelled(std::span<const SpelledMerge> spelled, const SpellingIndex& ids,
                                    const Vocabulary& vocabulary, const MergePlace& place) {
  if (spelled.size() >= kNoMerge) return place.wrong(kNoMerge, "too many merges");
  MergeReader reader(ids, vocabulary, place);
  Merges merges(spelled.size());
  for (std::size_t i = 0; i < spelled.size(); ++i) {
    ASHLAR_ASSIGN(const Merge merge, reader.read(spelled[i], i));
    if (merges.add(merge.left, merge.right, merge.result)) continue;
    const std::string line = fmt::format("{} {}", spelled[i].left, spelled[i].right);
    return place.wrong(i, fmt::format("{} is merge {} already", formats::in_quotes(line),
                                      merges.rank_of(merge.left, merge.right)));
  }
  return merges;
}

Merges::Merges(std::size_t count) : slots_(std::bit_ceil(2 * count + 1)) {
  results_.reserve(count);
}

Rank Merges::rank_of(TokenId left, TokenId right) const {
  return slots_[slot_of(pair_of(left, right))].rank;
}

bool Merges::add(TokenId left, TokenId right, TokenId result) {
  Slot& slot = slots_[slot_of(pair_of(left, right))];
  if (slot.rank != kNoMerge) return false;
  slot = {pair_of(left, right), static_cast<Rank>(results_.size())};
  results_.push_back(result);
  return true;
}

// The pair's slot, or the free one where it would go.
std::size_t Merges::slot_of(std::uint64_t pair) const {
  const std::size_t mask = slots_.size() - 1;
  // Fibonacci hashing: the upper bits of the product are well mixed.
  std::size_t slot = pair * 0x9E3779B97F4A7C15u >> 32 & mask;
  while (slots_[slot].rank != kNoMerge && slots_[slot].pair != pair) slot = (slot + 1) & mask;
  return slot;
}

}  // namespace ashlar::tokenizer
