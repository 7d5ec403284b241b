// Source: tiktoken's openai_public.py, in the form that Hugging Face's converter writes:
//   (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|
//   \s*[\r\n]+|\s+(?!\S)|\s+
// Qwen has one digit a word in it. The functions below are its alternatives, in its order.
#include "tokenizer/cl100k_words.h"

#include <array>

#include "tokenizer/char_class.h"
#include "tokenizer/character.h"

namespace ashlar::tokenizer {
namespace {

bool is_line_end(char32_t c) {
  return c == '\r' || c == '\n';
}

char32_t lower(char32_t c) {
  if (c == 0x17F) return 's';  // the long s, which is the same letter in another case
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

// The end of (?i:'s|'t|'re|'ve|'m|'ll|'d) at `at`, or `at`.
std::size_t contraction_end(std::string_view text, std::size_t at) {
  if (text[at] != '\'' || at + 1 == text.size()) return at;
  const Character first = character_at(text, at + 1);
  const char32_t c = lower(first.value);
  if (c == 's' || c == 't' || c == 'm' || c == 'd') return first.end;
  if (first.end == text.size() || !(c == 'r' || c == 'v' || c == 'l')) return at;
  const char32_t wanted = c == 'l' ? 'l' : 'e';
  const Character second = character_at(text, first.end);
  return lower(second.value) == wanted ? second.end : at;
}

std::size_t run_end(std::string_view text, std::size_t at, CharClass wanted) {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (char_class(next.value) != wanted) break;
    at = next.end;
  }
  return at;
}

template <int kDigits>
std::size_t digits_end(std::string_view text, std::size_t at) {
  for (int count = 0; count < kDigits && at < text.size(); ++count) {
    const Character next = character_at(text, at);
    if (char_class(next.value) != CharClass::number) break;
    at = next.end;
  }
  return at;
}

// [^\s\p{L}\p{N}]+[\r\n]*
std::size_t symbols_end(std::string_view text, std::size_t at) {
  at = run_end(text, at, CharClass::other);
  while (at < text.size() && is_line_end(text[at])) ++at;
  return at;
}

// \s*[\r\n]+ up to the run's last line end, where it has one; else \s+(?!\S) up to its last
// character, which goes to the word after it, unless the text ends there or it is all there is.
std::size_t space_end(std::string_view text, std::size_t at) {
  std::size_t last = at, end = at, line_end = at;
  while (end < text.size()) {
    const Character next = character_at(text, end);
    if (char_class(next.value) != CharClass::space) break;
    last = end;
    end = next.end;
    if (is_line_end(next.value)) line_end = end;
  }
  if (line_end > at) return line_end;
  return end == text.size() || last == at ? end : last;
}

template <int kDigits>
std::size_t word_end(std::string_view text, std::size_t at) {
  if (const std::size_t end = contraction_end(text, at); end > at) return end;
  const Character first = character_at(text, at);
  const CharClass kind = char_class(first.value);
  if (kind == CharClass::letter) return run_end(text, first.end, CharClass::letter);
  if (kind == CharClass::number) return digits_end<kDigits>(text, at);
  if (first.end < text.size()) {
    const CharClass next = char_class(character_at(text, first.end).value);
    if (next == CharClass::letter && !is_line_end(first.value))
      return run_end(text, first.end, CharClass::letter);
    if (next == CharClass::other && first.value == ' ') return symbols_end(text, first.end);
  }
  return kind == CharClass::other ? symbols_end(text, at) : space_end(text, at);
}

struct Known {
  std::string_view expression;
  WordEnd word_end;
};

constexpr std::array kKnown{
    Known{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| )"
          R"(?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
          word_end<3>},
    Known{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| )"
          R"(?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
          word_end<1>},
};

}  // namespace

std::optional<WordEnd> scanner_for(std::string_view expression) {
  for (const Known& known : kKnown)
    if (known.expression == expression) return known.word_end;
  return std::nullopt;
}

}  // namespace ashlar::tokenizer
