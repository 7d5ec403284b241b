// Expressions, from the loosest binding to the tightest.
#include <fmt/format.h>

#include "chat/filters.h"
#include "chat/parser.h"
#include "chat/tests.h"

namespace ashlar::chat {

bool Parser::tuple_ends(std::string_view end) const {
  return at(TokenKind::variable_end) || at(TokenKind::block_end) || at_op(")") ||
         (!end.empty() && at_name(end));
}

Parser::Node Parser::tuple(bool with_conditional, std::string_view end) {
  const std::uint32_t here = current().at;
  Expressions items;
  bool is_tuple = false;
  while (!tuple_ends(end)) {
    ASHLAR_ASSIGN(const Expression* item, with_conditional ? conditional() : logical_or());
    items.push_back(item);
    if (!skip_op(",")) break;
    is_tuple = true;
  }
  if (items.empty()) return unexpected("an expression");
  if (!is_tuple) return items[0];
  return make(here, Collection{SequenceKind::tuple, std::move(items)});
}

Parser::Node Parser::conditional() {
  ParserDepth level(depth_);
  if (level.too_deep()) return too_deep();
  const std::uint32_t here = current().at;
  const bool soft = soft_;
  std::optional<Error> before = std::exchange(unknown_, std::nullopt);
  ASHLAR_ASSIGN(const Expression* node, logical_or());
  while (skip_name("if")) {
    soft_ = true;
    unknown_.reset();
    Conditional choice{nullptr, node, nullptr};
    ASHLAR_ASSIGN(choice.test, logical_or());
    if (skip_name("else")) {
      ASHLAR_ASSIGN(choice.otherwise, conditional());
    }
    soft_ = soft;
    node = make(here, choice);
  }
  if (before) unknown_ = std::move(before);
  return node;
}

Parser::Node Parser::logical_or() {
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const Expression* first, logical_and());
  if (!at_name("or")) return first;
  Logical node{false, {first}};
  while (skip_name("or")) {
    ASHLAR_ASSIGN(const Expression* next, logical_and());
    node.operands.push_back(next);
  }
  return make(here, std::move(node));
}

Parser::Node Parser::logical_and() {
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const Expression* first, logical_not());
  if (!at_name("and")) return first;
  Logical node{true, {first}};
  while (skip_name("and")) {
    ASHLAR_ASSIGN(const Expression* next, logical_not());
    node.operands.push_back(next);
  }
  return make(here, std::move(node));
}

Parser::Node Parser::logical_not() {
  const std::uint32_t here = current().at;
  if (!skip_name("not")) return comparison();
  ParserDepth level(depth_);
  if (level.too_deep()) return too_deep();
  ASHLAR_ASSIGN(const Expression* operand, logical_not());
  return make(here, Unary{UnaryOp::logical_not, operand});
}

Parser::Node Parser::comparison() {
  static constexpr std::pair<std::string_view, CompareOp> kOperators[] = {
      {"==", CompareOp::equal},         {"!=", CompareOp::unequal}, {"<=", CompareOp::less_equal},
      {">=", CompareOp::greater_equal}, {"<", CompareOp::less},     {">", CompareOp::greater}};
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const Expression* first, sum());
  Compare node{first, {}};
  for (;;) {
    std::optional<CompareOp> op;
    for (const auto& [spelling, meaning] : kOperators)
      if (!op && skip_op(spelling)) op = meaning;
    if (!op && skip_name("in")) op = CompareOp::in;
    if (!op && at_name("not") && ahead().kind == TokenKind::name && ahead().text == "in") {
      advance();
      advance();
      op = CompareOp::not_in;
    }
    if (!op) break;
    ASHLAR_ASSIGN(const Expression* next, sum());
    node.rest.emplace_back(*op, next);
  }
  return node.rest.empty() ? first : make(here, std::move(node));
}

Parser::Node Parser::sum() {
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const Expression* left, concat());
  while (at_op("+") || at_op("-")) {
    const BinaryOp op = at_op("+") ? BinaryOp::add : BinaryOp::subtract;
    advance();
    ASHLAR_ASSIGN(const Expression* right, concat());
    left = make(here, Binary{op, left, right});
  }
  return left;
}

Parser::Node Parser::concat() {
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const Expression* first, product());
  if (!at_op("~")) return first;
  Concat node{{first}};
  while (skip_op("~")) {
    ASHLAR_ASSIGN(const Expression* next, product());
    node.parts.push_back(next);
  }
  return make(here, std::move(node));
}

Parser::Node Parser::product() {
  static constexpr std::pair<std::string_view, BinaryOp> kOperators[] = {
      {"*", BinaryOp::multiply},
      {"/", BinaryOp::divide},
      {"//", BinaryOp::floor_divide},
      {"%", BinaryOp::modulo}};
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const Expression* left, power());
  for (;;) {
    std::optional<BinaryOp> op;
    for (const auto& [spelling, meaning] : kOperators)
      if (!op && skip_op(spelling)) op = meaning;
    if (!op) return left;
    ASHLAR_ASSIGN(const Expression* right, power());
    left = make(here, Binary{*op, left, right});
  }
}

Parser::Node Parser::power() {
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const Expression* left, unary(true));
  while (skip_op("**")) {
    ASHLAR_ASSIGN(const Expression* right, unary(true));
    left = make(here, Binary{BinaryOp::power, left, right});
  }
  return left;
}

Parser::Node Parser::unary(bool with_filters) {
  ParserDepth level(depth_);
  if (level.too_deep()) return too_deep();
  const std::uint32_t here = current().at;
  const Expression* node = nullptr;
  if (at_op("-") || at_op("+")) {
    const UnaryOp op = at_op("-") ? UnaryOp::minus : UnaryOp::plus;
    advance();
    ASHLAR_ASSIGN(const Expression* operand, unary(false));
    node = make(here, Unary{op, operand});
  } else {
    ASHLAR_ASSIGN(node, primary(false));
  }
  ASHLAR_ASSIGN(node, postfix(node));
  return with_filters ? filters_and_tests(node) : Node(node);
}

Parser::Node Parser::primary(bool with_namespace) {
  const Token& token = current();
  if (at(TokenKind::name)) return name_or_constant(with_namespace);
  if (at(TokenKind::string)) return string_literal();
  if (at(TokenKind::number)) {
    advance();
    return make(token.at, Constant{token.value});
  }
  if (at_op("(")) return parenthesis();
  if (at_op("[")) return list();
  if (at_op("{")) return dict();
  return unexpected("an expression");
}

Parser::Node Parser::name_or_constant(bool with_namespace) {
  const Token& token = current();
  const std::string_view name = token.text;
  advance();
  if (name == "true" || name == "True") return make(token.at, Constant{true});
  if (name == "false" || name == "False") return make(token.at, Constant{false});
  if (name == "none" || name == "None") return make(token.at, Constant{None{}});
  if (with_namespace && skip_op(".")) {
    ASHLAR_ASSIGN(std::string attribute, identifier());
    return make(token.at, NamespaceTarget{std::string(name), std::move(attribute)});
  }
  if (name == "self")
    return unsupported("the variable 'self'", token.at, "there are no blocks to refer to");
  for (Function* function : functions_) {
    function->uses_caller |= name == "caller";
    function->uses_kwargs |= name == "kwargs";
    function->uses_varargs |= name == "varargs";
  }
  return make(token.at, Name{std::string(name)});
}

Parser::Node Parser::string_literal() {
  const Token& token = current();
  advance();
  if (!at(TokenKind::string)) return make(token.at, Constant{token.value});
  std::string joined(token.value.get<Text>()->view());
  for (; at(TokenKind::string); advance()) joined += current().value.get<Text>()->view();
  return make(token.at, Constant{Text(std::move(joined))});
}

Parser::Node Parser::parenthesis() {
  ParserDepth level(depth_);
  if (level.too_deep()) return too_deep();
  const std::uint32_t here = current().at;
  advance();
  if (skip_op(")")) return make(here, Collection{SequenceKind::tuple, {}});
  ASHLAR_ASSIGN(const Expression* node, tuple(true));
  ASHLAR_TRY(expect_op(")"));
  return node;
}

Parser::Node Parser::list() {
  Collection node{SequenceKind::list, {}};
  const std::uint32_t here = current().at;
  advance();
  while (!at_op("]")) {
    ASHLAR_ASSIGN(const Expression* item, expression());
    node.items.push_back(item);
    if (!skip_op(",")) break;
  }
  ASHLAR_TRY(expect_op("]"));
  return make(here, std::move(node));
}

Parser::Node Parser::dict() {
  DictLiteral node;
  const std::uint32_t here = current().at;
  advance();
  while (!at_op("}")) {
    ASHLAR_ASSIGN(const Expression* key, expression());
    ASHLAR_TRY(expect_op(":"));
    ASHLAR_ASSIGN(const Expression* value, expression());
    node.entries.emplace_back(key, value);
    if (!skip_op(",")) break;
  }
  ASHLAR_TRY(expect_op("}"));
  return make(here, std::move(node));
}

}  // namespace ashlar::chat
