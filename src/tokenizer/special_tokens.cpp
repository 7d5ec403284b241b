#include "tokenizer/special_tokens.h"

#include <algorithm>
#include <map>
#include <ranges>

#include "tokenizer/char_class.h"
#include "tokenizer/character.h"

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

std::vector<SpecialToken> special_tokens_of(const Vocabulary& vocabulary) {
  std::vector<SpecialToken> tokens;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    const TokenType type = vocabulary.type_of(id);
    if (!is_special(type) && type != TokenType::user_defined) continue;
    SpecialToken token;
    token.spelling = vocabulary.bytes_of(id);
    token.id = id;
    token.on_request = is_special(type);
    tokens.push_back(std::move(token));
  }
  return tokens;
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && is_word(character_at(text, character_before(text, begin)).value)) return false;
  return end == text.size() || !is_word(character_at(text, end).value);
}

bool is_space(char32_t c) {
  return char_class(c) == CharClass::space;
}

std::size_t before_spaces(std::string_view text, std::size_t from, std::size_t end) {
  while (end > from) {
    const std::size_t at = character_before(text, end);
    if (!is_space(character_at(text, at).value)) break;
    end = at;
  }
  return std::max(from, end);
}

std::size_t behind_spaces(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (!is_space(next.value)) break;
    at = next.end;
  }
  return at;
}

}  // namespace

SpecialTokens::SpecialTokens(const Vocabulary& vocabulary)
    : SpecialTokens(special_tokens_of(vocabulary)) {}

SpecialTokens::SpecialTokens(std::vector<SpecialToken> tokens) {
  std::map<std::string, SpecialToken> sorted;  // the first of a spelling
  for (SpecialToken& token : tokens)
    if (!token.spelling.empty()) sorted.try_emplace(token.spelling, std::move(token));
  for (auto& [spelling, token] : sorted) tokens_.push_back(std::move(token));
  for (const SpecialToken& token : tokens_) {
    const auto first = static_cast<std::uint8_t>(token.spelling.front());
    begins_token_[first] = true;
    if (!token.on_request) begins_unasked_[first] = true;
  }
}

std::optional<SpecialTokens::Match> SpecialTokens::next(std::string_view text, std::size_t from,
                                                        std::size_t taken,
                                                        const EncodeOptions& options) const {
  if (tokens_.empty()) return std::nullopt;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!begins_token_[static_cast<std::uint8_t>(text[at])]) continue;
    const SpecialToken* token = longest_at(text, at, trusted_end(options, at));
    if (token == nullptr) continue;
    const std::size_t end = at + token->spelling.size();
    if (token->single_word && !stands_alone(text, at, end)) {
      at = end - 1;
      continue;
    }
    return Match{token->lstrip ? before_spaces(text, taken, at) : at,
                 token->rstrip ? behind_spaces(text, end) : end, end, token->id};
  }
  return std::nullopt;
}

// Narrows the sorted entries to those that share one more byte with the text, a byte at a time; an
// entry that is spelled in full is then the first of those left.
const SpecialToken* SpecialTokens::longest_at(std::string_view text, std::size_t at,
                                              std::size_t trusted) const {
  const SpecialToken* longest = nullptr;
  auto left = std::ranges::subrange(tokens_);
  for (std::size_t depth = 0; at + depth < text.size(); ++depth) {
    const auto byte_of = [depth](const SpecialToken& entry) {
      return static_cast<std::uint8_t>(entry.spelling[depth]);
    };
    const auto byte = static_cast<std::uint8_t>(text[at + depth]);
    left = std::ranges::equal_range(left, byte, {}, byte_of);
    if (left.empty()) break;
    const SpecialToken& first = left.front();
    if (first.spelling.size() != depth + 1) continue;
    if (!first.on_request || at + depth + 1 <= trusted) longest = &first;
    left = std::ranges::subrange(left.begin() + 1, left.end());
  }
  return longest;
}

std::optional<TokenId> SpecialTokens::find(std::string_view spelling) const {
  const auto found = std::ranges::lower_bound(tokens_, spelling, {}, &SpecialToken::spelling);
  if (found == tokens_.end() || found->spelling != spelling) return std::nullopt;
  return found->id;
}

}  // namespace ashlar::tokenizer
