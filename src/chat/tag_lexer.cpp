#include "chat/tag_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.h"
#include "chat/string_literal.h"
#include "chat/unicode.h"

namespace ashlar::chat {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_digit_of(char c, int base) {
  if (base <= 10) return c >= '0' && c < '0' + base;
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

int base_of(std::string_view text) {
  if (text.size() < 3 || text[0] != '0') return 10;
  switch (text[1] | 0x20) {
    case 'b': return 2;
    case 'o': return 8;
    case 'x': return 16;
    default: return 10;
  }
}

}  // namespace

tl::unexpected<Error> TagLexer::error(std::string message, std::size_t at) const {
  return syntax_error(std::move(message), position(source_, where_, at));
}

Status TagLexer::next(std::size_t& at, std::vector<Token>& tokens) {
  if (const std::size_t space = leading_space(source_.substr(at))) {
    at += space;
    return {};
  }
  const char c = source_[at];
  if (is_digit(c)) return number(at, tokens);
  if (name(at, tokens)) return {};
  if (c == '\'' || c == '"') return string(at, tokens);
  return op(at, tokens);
}

// digits with single underscores between them: where they end.
std::size_t TagLexer::digits(std::size_t at) const {
  while (at < source_.size() && is_digit(source_[at])) {
    ++at;
    if (at + 1 < source_.size() && source_[at] == '_' && is_digit(source_[at + 1])) ++at;
  }
  return at;
}

// 0 when no float stands here.
std::size_t TagLexer::float_end(std::size_t at) const {
  if (at > 0 && source_[at - 1] == '.') return 0;
  const std::size_t whole = digits(at);
  std::size_t end = whole;
  if (end + 1 < source_.size() && source_[end] == '.' && is_digit(source_[end + 1]))
    end = digits(end + 1);
  if (end < source_.size() && (source_[end] | 0x20) == 'e') {
    std::size_t power = end + 1;
    if (power < source_.size() && (source_[power] == '+' || source_[power] == '-')) ++power;
    if (power < source_.size() && is_digit(source_[power])) return digits(power);
  }
  return end == whole ? 0 : end;
}

std::size_t TagLexer::integer_end(std::size_t at) const {
  const int base = base_of(source_.substr(at, 3));
  if (base == 10 && source_[at] != '0') return digits(at);
  std::size_t end = at + 1;  // a 0
  if (base != 10) ++end;
  const auto is_part = [&](std::size_t i) {
    if (i >= source_.size()) return false;
    return base == 10 ? source_[i] == '0' : is_digit_of(source_[i], base);
  };
  const std::size_t first = end;
  while (is_part(end) || (end < source_.size() && source_[end] == '_' && is_part(end + 1))) ++end;
  return base != 10 && end == first ? at + 1 : end;
}

Status TagLexer::number(std::size_t& at, std::vector<Token>& tokens) {
  const std::size_t begin = at;
  const std::size_t real_end = float_end(at);
  at = real_end ? real_end : integer_end(at);
  const std::string text = without_underscores(source_.substr(begin, at - begin));
  Token token{
      TokenKind::number, static_cast<std::uint32_t>(begin), source_.substr(begin, at - begin), {}};
  if (real_end) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range)
      return error(fmt::format("the number {} is out of range", text), begin);
    token.value = value;
  } else {
    const int base = base_of(text);
    std::int64_t value = 0;
    const char* from = text.data() + (base == 10 ? 0 : 2);
    if (std::from_chars(from, text.data() + text.size(), value, base).ec != std::errc())
      return error(fmt::format("the integer {} needs more than 64 bits", text), begin);
    token.value = value;
  }
  tokens.push_back(std::move(token));
  return {};
}

bool TagLexer::name(std::size_t& at, std::vector<Token>& tokens) {
  const std::size_t begin = at;
  while (at < source_.size()) {
    const base::CodePoint point = base::code_point_at(source_, at);
    const bool fits = point.valid && (at == begin ? is_identifier_start(point.value)
                                                  : is_identifier_part(point.value));
    if (!fits) break;
    at += point.bytes;
  }
  if (at == begin) return false;
  tokens.push_back(
      {TokenKind::name, static_cast<std::uint32_t>(begin), source_.substr(begin, at - begin), {}});
  return true;
}

Status TagLexer::string(std::size_t& at, std::vector<Token>& tokens) {
  const std::size_t begin = at;
  const char mark = source_[at++];
  while (at < source_.size() && source_[at] != mark) at += source_[at] == '\\' ? 2 : 1;
  if (at >= source_.size()) {
    at = source_.size();
    return error("a string is never closed", begin);
  }
  auto value = unescape(source_.substr(begin + 1, at - begin - 1));
  ++at;
  if (!value) {
    value.error().where = position(source_, where_, begin);
    return tl::unexpected<Error>(std::move(value.error()));
  }
  tokens.push_back(
      {TokenKind::string, static_cast<std::uint32_t>(begin), {}, Text(std::move(*value))});
  return {};
}

Status TagLexer::balance(char bracket, std::size_t at) {
  switch (bracket) {
    case '(': open_ += ')'; return {};
    case '[': open_ += ']'; return {};
    case '{': open_ += '}'; return {};
    case ')':
    case ']':
    case '}': break;
    default: return {};
  }
  if (open_.empty()) return error(fmt::format("unexpected '{}'", bracket), at);
  const char expected = open_.back();
  open_.pop_back();
  if (expected == bracket) return {};
  return error(fmt::format("unexpected '{}', expected '{}'", bracket, expected), at);
}

Status TagLexer::op(std::size_t& at, std::vector<Token>& tokens) {
  static constexpr auto kOperators = std::to_array<std::string_view>(
      {"//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[",
       "]",  "(",  ")",  "{",  "}",  ">",  "<", "=", ".", ":", "|", ",", ";"});
  const auto found = std::ranges::find_if(
      kOperators, [&](std::string_view op) { return source_.substr(at).starts_with(op); });
  if (found == kOperators.end()) {
    const auto length = base::code_point_at(source_, at).bytes;
    return error(
        fmt::format("unexpected character {}", base::repair_utf8(source_.substr(at, length)).text),
        at);
  }
  if (found->size() == 1) ASHLAR_TRY(balance(found->front(), at));
  tokens.push_back(
      {TokenKind::op, static_cast<std::uint32_t>(at), source_.substr(at, found->size()), {}});
  at += found->size();
  return {};
}

}  // namespace ashlar::chat
