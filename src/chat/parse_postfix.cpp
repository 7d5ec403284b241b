// What follows a primary expression: attributes, subscripts, calls, filters, tests.
#include <fmt/format.h>

#include <algorithm>

#include "chat/filters.h"
#include "chat/parser.h"
#include "chat/tests.h"

namespace ashlar::chat {

Parser::Node Parser::postfix(const Expression* node) {
  for (;;) {
    if (at_op(".") || at_op("[")) {
      ASHLAR_ASSIGN(node, subscript(node));
    } else if (at_op("(")) {
      ASHLAR_ASSIGN(node, call(node));
    } else {
      return node;
    }
  }
}

Parser::Node Parser::filters_and_tests(const Expression* node) {
  for (;;) {
    if (skip_op("|")) {
      ASHLAR_ASSIGN(node, filter(node));
    } else if (at_name("is")) {
      ASHLAR_ASSIGN(node, test(node));
    } else if (at_op("(")) {
      ASHLAR_ASSIGN(node, call(node));
    } else {
      return node;
    }
  }
}

Parser::Node Parser::subscript(const Expression* node) {
  const std::uint32_t here = current().at;
  if (skip_op("[")) return bracket(node, here);
  advance();
  const Token& token = current();
  if (at(TokenKind::name)) {
    advance();
    return make(here, Attribute{node, std::string(token.text)});
  }
  if (!at(TokenKind::number) || !token.value.is<std::int64_t>())
    return unexpected("a name or a number");
  advance();
  return make(here, Subscript{node, make(token.at, Constant{token.value})});
}

// A bound of a slice, or null when it is left out.
Parser::Node Parser::bound() {
  if (at_op(":") || at_op("]") || at_op(",")) return nullptr;
  return expression();
}

Parser::Node Parser::bracket(const Expression* node, std::uint32_t here) {
  Expressions keys;
  while (!at_op("]")) {
    if (!keys.empty()) ASHLAR_TRY(expect_op(","));
    ASHLAR_ASSIGN(const Expression* start, bound());
    if (!skip_op(":")) {
      if (!start) return unexpected("an expression");
      keys.push_back(start);
      continue;
    }
    Slice slice{node, start, nullptr, nullptr};
    ASHLAR_ASSIGN(slice.stop, bound());
    if (skip_op(":")) {
      ASHLAR_ASSIGN(slice.step, bound());
    }
    if (!keys.empty() || !at_op("]"))
      return unsupported("a slice among several subscripts", here, "write one slice alone");
    advance();
    return make(here, slice);
  }
  advance();
  if (keys.size() == 1) return make(here, Subscript{node, keys[0]});
  const Expression* tuple = make(here, Collection{SequenceKind::tuple, std::move(keys)});
  return make(here, Subscript{node, tuple});
}

Parser::Node Parser::call(const Expression* node) {
  ASHLAR_ASSIGN(CallArguments given, arguments());
  return make(node->at, Call{node, std::move(given)});
}

Result<CallArguments> Parser::arguments() {
  CallArguments given;
  ASHLAR_TRY(expect_op("("));
  while (!at_op(")")) {
    ASHLAR_TRY(argument(given));
    if (!skip_op(",")) break;
  }
  ASHLAR_TRY(expect_op(")"));
  return given;
}

Status Parser::argument(CallArguments& given) {
  const std::uint32_t here = current().at;
  const auto misplaced = [&] {
    return error("arguments in an order that Python doesn't allow", here);
  };
  if (skip_op("*")) {
    if (given.rest || given.more) return misplaced();
    ASHLAR_ASSIGN(given.rest, expression());
    return {};
  }
  if (skip_op("**")) {
    if (given.more) return misplaced();
    ASHLAR_ASSIGN(given.more, expression());
    return {};
  }
  const bool keyword = at(TokenKind::name) && ahead().kind == TokenKind::op && ahead().text == "=";
  if (keyword) {
    if (given.more) return misplaced();
    std::string name(current().text);
    advance();
    advance();
    const auto name_of_keyword = [](const auto& keyword) { return keyword.first.view(); };
    if (std::ranges::find(given.keywords, name, name_of_keyword) != given.keywords.end())
      return error(fmt::format("the argument '{}' is given twice", name), here);
    ASHLAR_ASSIGN(const Expression* value, expression());
    given.keywords.emplace_back(Text(std::move(name)), value);
    return {};
  }
  if (given.rest || given.more || !given.keywords.empty()) return misplaced();
  ASHLAR_ASSIGN(const Expression* value, expression());
  given.positional.push_back(value);
  return {};
}

Result<std::string> Parser::dotted_name() {
  ASHLAR_ASSIGN(std::string name, identifier());
  while (skip_op(".")) {
    ASHLAR_ASSIGN(const std::string part, identifier());
    name += "." + part;
  }
  return name;
}

void Parser::check_known(std::string_view kind, std::string_view name, bool known,
                         std::uint32_t here) {
  if (known || soft_ || unknown_) return;
  unknown_ = unsupported(fmt::format("no {} named '{}'", kind, name), here,
                         fmt::format("docs/formats/jinja.md lists every {}", kind))
                 .value();
}

Parser::Node Parser::filter(const Expression* node) {
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(std::string name, dotted_name());
  check_known("filter", name, find_filter(name) != nullptr, here);
  CallArguments given;
  if (at_op("(")) {
    ASHLAR_ASSIGN(given, arguments());
  }
  return make(here, Filter{node, std::move(name), std::move(given)});
}

Parser::Node Parser::test(const Expression* node) {
  const std::uint32_t here = current().at;
  advance();
  const bool negated = skip_name("not");
  const std::uint32_t name_at = current().at;
  ASHLAR_ASSIGN(std::string name, dotted_name());
  check_known("test", name, find_test(name) != nullptr, name_at);
  CallArguments given;
  if (at_op("(")) {
    ASHLAR_ASSIGN(given, arguments());
  } else if ((at(TokenKind::name) && !at_name("else") && !at_name("or") && !at_name("and")) ||
             at(TokenKind::string) || at(TokenKind::number) || at_op("[") || at_op("{")) {
    if (at_name("is")) return error("tests with 'is' can't be chained", current().at);
    ASHLAR_ASSIGN(const Expression* operand, primary(false));
    ASHLAR_ASSIGN(operand, postfix(operand));
    given.positional.push_back(operand);
  }
  return make(here, Test{node, std::move(name), std::move(given), negated});
}

}  // namespace ashlar::chat
