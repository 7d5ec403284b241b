#include "tokenizer/special_tokens.h"

#include <algorithm>
#include <ranges>

namespace ashlar::tokenizer {
namespace {

// Up to where text from `at` on may be a control token: the begin of the next literal range, `at`
// inside one. No further than that, so that nothing overlaps it.
std::size_t trusted_end(const EncodeOptions& options, std::size_t at) {
  if (!options.parse_special) return at;
  auto literal = std::ranges::partition_point(
      options.literal, [at](const TextRange& range) { return range.end <= at; });
  while (literal != options.literal.end() && literal->begin == literal->end) ++literal;
  return literal == options.literal.end() ? std::string_view::npos : std::max(at, literal->begin);
}

}  // namespace

SpecialTokens::SpecialTokens(const Vocabulary& vocabulary) {
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    const TokenType type = vocabulary.type_of(id);
    const std::string_view spelling = vocabulary.bytes_of(id);
    if (spelling.empty() || !(is_special(type) || type == TokenType::user_defined)) continue;
    entries_.push_back({spelling, id, is_special(type)});
    begins_token_[static_cast<std::uint8_t>(spelling.front())] = true;
  }
  std::ranges::sort(entries_, {}, &Entry::spelling);
}

std::optional<SpecialTokens::Match> SpecialTokens::next(std::string_view text, std::size_t from,
                                                        const EncodeOptions& options) const {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!begins_token_[static_cast<std::uint8_t>(text[at])]) continue;
    if (const Entry* entry = longest_at(text, at, trusted_end(options, at)))
      return Match{at, at + entry->spelling.size(), entry->id};
  }
  return std::nullopt;
}

// Narrows the sorted entries to those that share one more byte with the text, a byte at a time; an
// entry that is spelled in full is then the first of those left.
const SpecialTokens::Entry* SpecialTokens::longest_at(std::string_view text, std::size_t at,
                                                      std::size_t trusted) const {
  const Entry* longest = nullptr;
  auto left = std::ranges::subrange(entries_);
  for (std::size_t depth = 0; at + depth < text.size(); ++depth) {
    const auto byte_of = [depth](const Entry& entry) {
      return static_cast<std::uint8_t>(entry.spelling[depth]);
    };
    const auto byte = static_cast<std::uint8_t>(text[at + depth]);
    left = std::ranges::equal_range(left, byte, {}, byte_of);
    if (left.empty()) break;
    const Entry& first = left.front();
    if (first.spelling.size() != depth + 1) continue;
    if (!first.on_request || at + depth + 1 <= trusted) longest = &first;
    left = std::ranges::subrange(left.begin() + 1, left.end());
  }
  return longest;
}

std::optional<TokenId> SpecialTokens::find(std::string_view spelling) const {
  const auto found = std::ranges::lower_bound(entries_, spelling, {}, &Entry::spelling);
  if (found == entries_.end() || found->spelling != spelling) return std::nullopt;
  return found->id;
}

}  // namespace ashlar::tokenizer
