// Which tokens of a text stay what they are, whatever stands around it.
//
// Words. A cutter that is_by_class() looks at the classes of characters, at contractions, and one
// character behind a word's end. So a text with one character of each class before and behind it
// shows every way in which its beginning can be cut.
//
// Tokens. No merge crosses the border of two tokens, so that those behind it are the merges of what
// is behind it alone, in a word that began before it too.
#include <algorithm>
#include <optional>

#include "tokenizer/char_class.h"
#include "tokenizer/tokenizer_state.h"

namespace ashlar::tokenizer {
namespace {

constexpr std::string_view kContracting = "stmdrvleSTMDRVLE";  // what goes on with a contraction

// What may be in front of a text that begins with `first`: nothing, or what a word can have begun
// with. Of numbers, up to three may be a word.
std::vector<std::string_view> before(char first) {
  std::vector<std::string_view> all{"", "a", "!", " ", "\n"};
  if (first >= '0' && first <= '9') all.insert(all.end(), {"1", "12"});
  if (kContracting.find(first) != std::string_view::npos)
    all.insert(all.end(), {"a'", "a'r", "a'v", "a'l"});
  return all;
}

// A character of each class that may come next.
std::vector<std::string_view> behind(const FollowingBytes& next) {
  const auto any = [&](const auto& is) {
    for (std::size_t byte = 0; byte < next.bytes.size(); ++byte)
      if (next.bytes[byte] && is(byte)) return true;
    return false;
  };
  const auto of_class = [&](CharClass wanted) {
    return any([&](std::size_t byte) {
      return byte < 0x80 && byte != '\n' && byte != '\r' &&
             char_class(static_cast<char32_t>(byte)) == wanted;
    });
  };
  std::vector<std::string_view> all;
  if (next.nothing) all.emplace_back("");
  if (any([](std::size_t byte) { return byte == '\n' || byte == '\r'; })) all.emplace_back("\n");
  if (of_class(CharClass::letter)) all.emplace_back("a");
  if (of_class(CharClass::number)) all.emplace_back("1");
  if (of_class(CharClass::space)) all.emplace_back(" ");
  if (of_class(CharClass::other)) all.emplace_back("!");
  if (any([](std::size_t byte) { return byte >= 0x80; }))  // of each class, beyond ASCII
    all.insert(all.end(), {"\xC3\xA9", "\xC2\xB2", "\xC2\xA0", "\xCC\x81"});
  return all;
}

using Borders = std::vector<std::size_t>;  // ends of words, in the text

}  // namespace

// Where no more is known of what follows than its first byte: up to an apostrophe, which looks two
// characters ahead, to white space, which looks for its end, and to what may become an added token.
std::string_view Tokenizer::State::plain_start(std::string_view text, FollowingBytes& next) const {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= 0x20 && text[end] < 0x7F && text[end] != '\'' &&
         !special_tokens.may_begin(static_cast<std::uint8_t>(text[end])) &&
         !normalized_tokens.may_begin(static_cast<std::uint8_t>(text[end])))
    ++end;
  while (end > 0 && text[end - 1] == ' ') --end;
  if (end == text.size()) return text;
  next = {};
  next.bytes.set(static_cast<std::uint8_t>(text[end]));
  return text.substr(0, end);
}

// Nothing where no token ends in front of the text: inside of a contraction's word.
std::optional<Borders> Tokenizer::State::borders_of(std::string_view before, std::string_view text,
                                                    std::string_view behind) const {
  std::string whole(before);
  whole.append(text).append(behind);
  Borders borders;
  bool possible = true;
  std::size_t at = 0;
  const auto cut = cutter.cut(whole, [&](std::string_view word) -> Status {
    const std::size_t begin = at;
    at += word.size();
    if (at <= before.size()) return {};
    if (begin < before.size() && word[0] == '\'') {
      std::vector<TokenId> ids;
      append_word(word, ids);
      std::size_t end = begin;
      possible = false;
      for (const TokenId id : ids)
        possible |= (end += vocabulary.bytes_of(id).size()) == before.size();
    }
    if (at <= before.size() + text.size()) borders.push_back(at - before.size());
    return {};
  });
  if (!cut) return Borders{};
  if (!possible) return std::nullopt;
  return borders;
}

std::vector<TokenId> Tokenizer::settled(std::string_view text, FollowingBytes next) const {
  const State& state = *state_;
  if (!state.cutter.is_by_class()) return {};
  text = state.plain_start(text, next);
  if (text.empty()) return {};
  std::optional<Borders> common;
  const auto after = behind(next);
  for (const std::string_view front : before(text[0]))
    for (const std::string_view back : after) {
      const auto borders = state.borders_of(front, text, back);
      if (!borders) continue;
      if (!common) common = borders;
      common->resize(
          static_cast<std::size_t>(std::ranges::mismatch(*common, *borders).in1 - common->begin()));
    }
  std::vector<TokenId> ids;
  std::size_t begin = 0;
  for (const std::size_t end : common.value_or(Borders{})) {
    const std::string_view word = text.substr(begin, end - begin);
    const std::size_t count = ids.size();
    if (state.append_word(word, ids) > 0) return {};
    // Of a word that began before, merges alone make the tokens of its rest.
    std::vector<TokenId> merged;
    if (begin == 0) state.bpe.encode(word, merged);
    if (begin == 0 && !std::ranges::equal(merged, std::span(ids).subspan(count))) return {};
    begin = end;
  }
  return ids;
}

}  // namespace ashlar::tokenizer
