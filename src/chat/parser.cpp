// The parser's view of its tokens.
#include "chat/parser.h"

#include <fmt/format.h>

#include "chat/scopes.h"

namespace ashlar::chat {

Status Parser::parse(Program& program) {
  ASHLAR_ASSIGN(std::vector<Token> tokens, tokenize(program.source, program.where));
  Parser parser(program, std::move(tokens));
  ASHLAR_ASSIGN(program.body, parser.body({}));
  find_hidden_names(program);
  return {};
}

bool Parser::at_name(std::string_view name) const {
  return at(TokenKind::name) && current().text == name;
}

bool Parser::at_op(std::string_view op) const {
  return at(TokenKind::op) && current().text == op;
}

bool Parser::skip_name(std::string_view name) {
  const bool there = at_name(name);
  if (there) advance();
  return there;
}

bool Parser::skip_op(std::string_view op) {
  const bool there = at_op(op);
  if (there) advance();
  return there;
}

std::string Parser::describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::data: return "text";
    case TokenKind::variable_begin: return "{{";
    case TokenKind::variable_end: return "}}";
    case TokenKind::block_begin: return "{%";
    case TokenKind::block_end: return "%}";
    case TokenKind::string: return "a string";
    case TokenKind::end: return "the end of the template";
    default: return fmt::format("'{}'", token.text);
  }
}

tl::unexpected<Error> Parser::error(std::string message, std::uint32_t at) const {
  return syntax_error(std::move(message), position(program_.source, program_.where, at));
}

tl::unexpected<Error> Parser::unsupported(std::string what, std::uint32_t at,
                                          std::string mend) const {
  return fail(ErrorKind::unsupported, std::move(what),
              position(program_.source, program_.where, at), std::move(mend));
}

tl::unexpected<Error> Parser::unexpected(std::string_view expected) const {
  return error(fmt::format("expected {}, got {}", expected, describe(current())), current().at);
}

tl::unexpected<Error> Parser::too_deep() const {
  return fail(
      ErrorKind::too_large,
      fmt::format("the source nests brackets or tags deeper than {} levels", kMaxSourceDepth),
      position(program_.source, program_.where, current().at), "write it flatter");
}

Status Parser::expect(TokenKind kind) {
  if (!at(kind)) return unexpected(describe({kind, 0, "a name", {}}));
  if (unknown_) return tl::unexpected<Error>(std::move(*unknown_));
  advance();
  return {};
}

Status Parser::expect_op(std::string_view op) {
  if (!skip_op(op)) return unexpected(fmt::format("'{}'", op));
  return {};
}

Status Parser::expect_name(std::string_view name) {
  if (!skip_name(name)) return unexpected(fmt::format("'{}'", name));
  return {};
}

Result<std::string> Parser::identifier() {
  if (!at(TokenKind::name)) return unexpected("a name");
  std::string name(current().text);
  advance();
  return name;
}

}  // namespace ashlar::chat
