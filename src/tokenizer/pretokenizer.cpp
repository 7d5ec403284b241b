// Scanners written out by hand instead of a regular expression engine: a text is read about once.
//
// gpt-2, from GPT-2's encoder.py:
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// smollm, from SmolLM's tokenizer.json: Digits(individual_digits) cuts every numeric character out
// first, then each piece between them is cut by the expression above, on its own.
#include "tokenizer/pretokenizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <ranges>

#include "formats/in_quotes.h"
#include "tokenizer/char_class.h"
#include "tokenizer/character.h"

namespace ashlar::tokenizer {
namespace {

// How the expression of GPT-2 is applied: to the whole text, or to the pieces between digits.
struct WholeText {
  static bool is_cut_out(char32_t) { return false; }
};
struct DigitsApart {
  static bool is_cut_out(char32_t c) { return is_numeric(c); }
};

// The end of 's 't 're 've 'm 'll 'd at `at`, or `at`.
std::size_t contraction_end(std::string_view text, std::size_t at) {
  if (text[at] != '\'') return at;
  for (const std::string_view ending : {"s", "t", "re", "ve", "m", "ll", "d"})
    if (text.substr(at + 1).starts_with(ending)) return at + 1 + ending.size();
  return at;
}

// The end of the run of characters of one class that begins at `at`.
template <class Pieces>
std::size_t run_end(std::string_view text, std::size_t at, CharClass wanted) {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (char_class(next.value) != wanted || Pieces::is_cut_out(next.value)) break;
    at = next.end;
  }
  return at;
}

// \s+(?!\S)|\s+ : a run of white space leaves its last character to the word after it, unless it
// ends the piece or is all there is. (Cut-out characters count as the end of the piece.)
template <class Pieces>
std::size_t space_end(std::string_view text, std::size_t at) {
  std::size_t last = at, end = at;
  while (end < text.size()) {
    const Character next = character_at(text, end);
    if (Pieces::is_cut_out(next.value)) return end;
    if (char_class(next.value) != CharClass::space) return last == at ? end : last;
    last = end;
    end = next.end;
  }
  return end;
}

template <class Pieces>
std::size_t word_end(std::string_view text, std::size_t at) {
  const Character first = character_at(text, at);
  if (Pieces::is_cut_out(first.value)) return first.end;
  if (const std::size_t end = contraction_end(text, at); end > at) return end;

  const bool spaced = first.value == ' ' && first.end < text.size();
  const Character head = spaced ? character_at(text, first.end) : first;
  const CharClass wanted = char_class(head.value);
  if (wanted == CharClass::space || Pieces::is_cut_out(head.value))
    return space_end<Pieces>(text, at);
  return run_end<Pieces>(text, head.end, wanted);
}

struct Named {
  std::string_view name;
  WordEnd word_end;
};

constexpr std::array kPretokenizers{
    Named{"gpt-2", word_end<WholeText>},
    Named{"smollm", word_end<DigitsApart>},
};

}  // namespace

Result<WordEnd> find_pretokenizer(std::string_view name, std::string_view where) {
  for (const Named& known : kPretokenizers)
    if (known.name == name) return known.word_end;
  return fail(ErrorKind::unsupported,
              fmt::format("the pre-tokenizer {} is not known", formats::in_quotes(name)),
              std::string(where),
              fmt::format("use a model with one of: {}",
                          fmt::join(kPretokenizers | std::views::transform(&Named::name), ", ")));
}

}  // namespace ashlar::tokenizer
