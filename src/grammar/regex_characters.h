// Reads the characters that a regular expression names: escapes and sets in brackets.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "grammar/code_set.h"

namespace ashlar::grammar {

class RegexCharacters {
 public:
  explicit RegexCharacters(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  // The next character; 0 at the end.
  char32_t peek() const;
  // REQUIRES: !at_end().
  char32_t next();
  bool take(std::string_view what);
  // What lies before the next `end`, which is taken too; nothing where there is none.
  std::optional<std::string_view> take_up_to(char end);
  std::size_t place() const { return at_; }
  void go_back(std::size_t place) { at_ = place; }

  // Behind the backslash, outside of brackets. A backspace is \b inside of them alone.
  Result<CodeSet> escape();
  // Behind the '['.
  Result<CodeSet> bracket();

  tl::unexpected<Error> wrong(ErrorKind kind, std::string_view message, std::string mend) const;
  tl::unexpected<Error> bad(std::string_view message, std::string mend) const {
    return wrong(ErrorKind::bad_input, message, std::move(mend));
  }

 private:
  Result<char32_t> character(char32_t escaped);
  Result<char32_t> hex(int count);
  Result<char32_t> unicode();
  Result<CodeSet> property(bool negated);
  Result<CodeSet> bracket_item();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace ashlar::grammar
