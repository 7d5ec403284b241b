// Cuts a template into text, tags and the tokens inside tags, with trim_blocks and lstrip_blocks.
// Source: jinja2 3.1.6's lexer, whose regular expressions this follows rule by rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/value.h"

namespace ashlar::chat {

enum class TokenKind {
  data,            // text between tags
  variable_begin,  // {{
  variable_end,
  block_begin,  // {%
  block_end,
  name,
  string,
  number,  // int or float
  op,      // an operator or a bracket
  end,     // of the template
};

struct Token {
  TokenKind kind;
  std::uint32_t at;       // byte of the source
  std::string_view text;  // name or operator, as written
  Value value;            // of data, string, number
};

inline constexpr std::size_t kMaxSource = 16u << 20;

// Line breaks become \n, one at the end is dropped: positions count in what this returns.
std::string normalize(std::string_view source);

// `source` is normalized and outlives the tokens.
Result<std::vector<Token>> tokenize(std::string_view source, std::string_view where);

// "where, line 3, column 7"; columns count code points from 1.
std::string position(std::string_view source, std::string_view where, std::size_t at);

tl::unexpected<Error> syntax_error(std::string message, std::string position,
                                   std::string mend = "correct the template");

}  // namespace ashlar::chat
