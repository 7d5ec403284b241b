#include "tokenizer/tokenizer_state.h"

#include <algorithm>

#include "tokenizer/byte_level.h"
#include "tokenizer/normalizer.h"

namespace ashlar::tokenizer {
namespace {

// The literal ranges inside `range`, as offsets from its begin.
std::vector<TextRange> literal_within(std::span<const TextRange> literal, TextRange range) {
  std::vector<TextRange> within;
  for (const TextRange& one : literal) {
    const std::size_t begin = std::max(one.begin, range.begin);
    const std::size_t end = std::min(one.end, range.end);
    if (begin < end) within.push_back({begin - range.begin, end - range.begin});
  }
  return within;
}

}  // namespace

Bpe::ByteTokens byte_tokens(const SpellingIndex& ids, const Vocabulary& vocabulary) {
  Bpe::ByteTokens tokens;
  for (std::size_t byte = 0; byte < tokens.size(); ++byte) {
    const char as_text = static_cast<char>(byte);
    const auto found = ids.find(spelling_of_bytes({&as_text, 1}));
    if (found != ids.end() && !is_special(vocabulary.type_of(found->second)))
      tokens[byte] = found->second;
  }
  return tokens;
}

void Tokenizer::State::keep_whole_words(const SpellingIndex& spellings) {
  has_whole_words = true;
  whole_words.reserve(spellings.size());
  for (const auto& [spelling, id] : spellings) {
    // Text must not become a special token; a spelling outside the alphabet is no text's.
    if (tokenizer::is_special(vocabulary.type_of(id))) continue;
    const auto bytes = bytes_of_spelling(spelling);
    if (bytes && *bytes == vocabulary.bytes_of(id))
      whole_words.emplace(vocabulary.bytes_of(id), id);
  }
}

Status Tokenizer::State::encode(std::string_view text, const EncodeOptions& options,
                                Encoding& out) const {
  std::size_t from = 0, at = 0;
  while (const auto match = special_tokens.next(text, from, at, options)) {
    ASHLAR_TRY(encode_between(text, {at, std::max(at, match->begin)}, options, out));
    out.ids.push_back(match->id);
    from = match->spelled_end;
    at = match->end;
  }
  return encode_between(text, {at, text.size()}, options, out);
}

// Where normalizing moves characters, literal ranges don't say any more which of them are literal:
// then no special token is looked for.
Status Tokenizer::State::encode_between(std::string_view text, TextRange range,
                                        const EncodeOptions& options, Encoding& out) const {
  std::string_view piece = text.substr(range.begin, range.end - range.begin);
  if (!nfc && normalized_tokens.empty()) return encode_plain(piece, out);
  std::string buffer;
  std::string_view normalized = piece;
  if (nfc) {
    ASHLAR_ASSIGN(normalized, to_nfc(piece, buffer));
  }
  const std::vector<TextRange> literal = literal_within(options.literal, range);
  EncodeOptions inner = options;
  inner.literal = literal;
  if (!literal.empty() && normalized != piece) inner.parse_special = false;
  return encode_normalized(normalized, inner, out);
}

Status Tokenizer::State::encode_normalized(std::string_view text, const EncodeOptions& options,
                                           Encoding& out) const {
  std::size_t from = 0, at = 0;
  while (const auto match = normalized_tokens.next(text, from, at, options)) {
    ASHLAR_TRY(encode_plain(text.substr(at, std::max(at, match->begin) - at), out));
    out.ids.push_back(match->id);
    from = match->spelled_end;
    at = match->end;
  }
  return encode_plain(text.substr(at), out);
}

// Text without special tokens.
Status Tokenizer::State::encode_plain(std::string_view text, Encoding& out) const {
  return cutter.cut(text, [&](std::string_view word) -> Status {
    out.dropped_bytes += append_word(word, out.ids);
    return {};
  });
}

std::size_t Tokenizer::State::append_word(std::string_view word, std::vector<TokenId>& ids) const {
  if (has_whole_words)
    if (const auto whole = whole_words.find(word); whole != whole_words.end()) {
      ids.push_back(whole->second);
      return 0;
    }
  return bpe.encode(word, ids);
}

}  // namespace ashlar::tokenizer
