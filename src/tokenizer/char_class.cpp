#include "tokenizer/char_class.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <span>

namespace ashlar::tokenizer {
namespace {

struct Range {
  char32_t first, last;
};

// General category L* and N* of Unicode 15.1 and 16.0 that 15.0, utf8proc's version in Debian 12,
// leaves unassigned. A newer utf8proc knows them too, which does no harm.
// Source: DerivedGeneralCategory.txt of each version.
constexpr std::array<Range, 22> kNewerLetters{{
    {0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},   {0xA7DA, 0xA7DC},   {0x105C0, 0x105F3},
    {0x10D4A, 0x10D65}, {0x10D6F, 0x10D85}, {0x10EC2, 0x10EC4}, {0x11380, 0x11389},
    {0x1138B, 0x1138B}, {0x1138E, 0x1138E}, {0x11390, 0x113B5}, {0x113B7, 0x113B7},
    {0x113D1, 0x113D1}, {0x113D3, 0x113D3}, {0x11BC0, 0x11BE0}, {0x13460, 0x143FA},
    {0x16100, 0x1611D}, {0x16D40, 0x16D6C}, {0x18CFF, 0x18CFF}, {0x1E5D0, 0x1E5ED},
    {0x1E5F0, 0x1E5F0}, {0x2EBF0, 0x2EE5D},
}};
constexpr std::array<Range, 7> kNewerNumbers{{
    {0x10D40, 0x10D49},
    {0x116D0, 0x116E3},
    {0x11BF0, 0x11BF9},
    {0x16130, 0x16139},
    {0x16D70, 0x16D79},
    {0x1CCF0, 0x1CCF9},
    {0x1E5F1, 0x1E5FA},
}};
// N* that Unicode 17.0 added.
constexpr std::array<Range, 2> kNumbersOf17{{{0x11DE0, 0x11DE9}, {0x16FF4, 0x16FF6}}};

bool holds(std::span<const Range> ranges, char32_t c) {
  const auto range = std::ranges::lower_bound(ranges, c, {}, &Range::last);
  return range != ranges.end() && c >= range->first;
}

// The property White_Space.
bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

CharClass look_up(char32_t c) {
  if (is_space(c)) return CharClass::space;
  // A newer utf8proc may know what 16.0 doesn't.
  if (holds(kNumbersOf17, c)) return CharClass::other;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO)
    return CharClass::letter;
  if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO)
    return CharClass::number;
  if (holds(kNewerLetters, c)) return CharClass::letter;
  if (holds(kNewerNumbers, c)) return CharClass::number;
  return CharClass::other;
}

constexpr std::size_t kAscii = 128;

const std::array<CharClass, kAscii>& ascii_classes() {
  static const auto classes = [] {
    std::array<CharClass, kAscii> table{};
    for (char32_t c = 0; c < kAscii; ++c) table[c] = look_up(c);
    return table;
  }();
  return classes;
}

}  // namespace

CharClass char_class(char32_t c) {
  return c < kAscii ? ascii_classes()[c] : look_up(c);
}

bool is_numeric(char32_t c) {
  return char_class(c) == CharClass::number || holds(kNumbersOf17, c);
}

bool is_word(char32_t c) {
  // Symbols with the property Other_Alphabetic, and the joiners.
  constexpr std::array<Range, 5> kOthers{{{0x200C, 0x200D},
                                          {0x24B6, 0x24E9},
                                          {0x1F130, 0x1F149},
                                          {0x1F150, 0x1F169},
                                          {0x1F170, 0x1F189}}};
  if (char_class(c) == CharClass::letter || holds(kOthers, c)) return true;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC: return true;
    default: return false;
  }
}

}  // namespace ashlar::tokenizer
