// Sets of Unicode code points, as regular expressions name them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace ashlar::grammar {

inline constexpr char32_t kLastCodePoint = 0x10FFFF;

struct CodeRange {
  char32_t first, last;  // both inside
  bool operator==(const CodeRange&) const = default;
};

// Surrogates may be in a set; they have no UTF-8, so that nothing matches them.
class CodeSet {
 public:
  CodeSet() = default;
  CodeSet(std::initializer_list<CodeRange> ranges);

  void add(CodeRange range);
  void add(const CodeSet& other);
  CodeSet complement() const;
  bool contains(char32_t code_point) const;

  // Ascending, disjoint, none next to another.
  const std::vector<CodeRange>& ranges() const { return ranges_; }
  bool empty() const { return ranges_.empty(); }

 private:
  std::vector<CodeRange> ranges_;
};

// \d, \w, \s as ECMA-262 has them without flags: digits and words are ASCII's.
CodeSet digits();
CodeSet word_characters();
CodeSet white_space();
CodeSet line_ends();  // what "." leaves out

// \p{name}: a general category ("Lu", "Letter", "L", gc=…), a script ("Script=Greek") or a property
// that is true or false ("Alphabetic"). Nothing where there is none of the name.
std::optional<CodeSet> unicode_property(std::string_view name);

}  // namespace ashlar::grammar
