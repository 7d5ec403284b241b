// The tokens inside {{ }} and {% %}: names, numbers, strings, operators, with brackets balanced.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chat/lexer.h"

namespace ashlar::chat {

class TagLexer {
 public:
  TagLexer(std::string_view source, std::string_view where) : source_(source), where_(where) {}

  // No bracket is open: a closing }} or %} would end the tag.
  bool balanced() const { return open_.empty(); }

  // Moves `at` over white space or one token, which is added.
  Status next(std::size_t& at, std::vector<Token>& tokens);

 private:
  tl::unexpected<Error> error(std::string message, std::size_t at) const;
  Status number(std::size_t& at, std::vector<Token>& tokens);
  Status string(std::size_t& at, std::vector<Token>& tokens);
  Status op(std::size_t& at, std::vector<Token>& tokens);
  Status balance(char bracket, std::size_t at);
  bool name(std::size_t& at, std::vector<Token>& tokens);
  std::size_t digits(std::size_t at) const;
  std::size_t float_end(std::size_t at) const;
  std::size_t integer_end(std::size_t at) const;

  std::string_view source_, where_;
  std::string open_;  // the closing brackets that are awaited
};

}  // namespace ashlar::chat
