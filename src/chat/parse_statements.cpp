// Tags: one function a statement.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chat/parser.h"

namespace ashlar::chat {
namespace {

// Restores a variable at the end of the scope.
template <class T>
class Saved {
 public:
  Saved(T& variable, T value) : variable_(variable), before_(variable) { variable = value; }
  ~Saved() { variable_ = before_; }

 private:
  T& variable_;
  T before_;
};

constexpr auto kRefusedTags = std::to_array<std::string_view>(
    {"block", "extends", "include", "import", "from", "autoescape", "do", "trans", "debug"});

}  // namespace

Result<Body> Parser::body(Words ends) {
  Body statements;
  while (!at(TokenKind::end)) {
    const std::uint32_t here = current().at;
    if (at(TokenKind::data)) {
      statements.push_back(make_statement(here, Data{current().value.as<Text>()}));
      advance();
    } else if (at(TokenKind::variable_begin)) {
      ASHLAR_ASSIGN(const Statement* made, output());
      statements.push_back(made);
    } else {
      ASHLAR_TRY(expect(TokenKind::block_begin));
      const bool ended =
          at(TokenKind::name) && std::ranges::find(ends, current().text) != ends.end();
      if (ended) return statements;
      ASHLAR_ASSIGN(const Statement* made, statement());
      statements.push_back(made);
      ASHLAR_TRY(expect(TokenKind::block_end));
    }
  }
  if (ends.size() != 0) return unexpected(fmt::format("'{}'", *(ends.end() - 1)));
  return statements;
}

Result<Body> Parser::block(Words ends) {
  ParserDepth level(depth_);
  if (level.too_deep()) return too_deep();
  skip_op(":");
  ASHLAR_TRY(expect(TokenKind::block_end));
  ASHLAR_ASSIGN(Body statements, body(ends));
  if (ends.size() == 1) advance();
  return statements;
}

Parser::Made Parser::output() {
  const std::uint32_t here = current().at;
  advance();
  ASHLAR_ASSIGN(const Expression* value, tuple(true));
  ASHLAR_TRY(expect(TokenKind::variable_end));
  return make_statement(here, Output{{value}});
}

Parser::Made Parser::statement() {
  const std::uint32_t here = current().at;
  ASHLAR_ASSIGN(const std::string tag, identifier());
  if (tag == "for") return for_loop(here);
  if (tag == "if") return condition(here);
  if (tag == "set") return set(here);
  if (tag == "with") return with(here);
  if (tag == "macro") return macro(here);
  if (tag == "call") return call_block(here);
  if (tag == "filter") return filter_block(here);
  if (tag == "generation") return generation(here);
  if (tag == "break" || tag == "continue") return loop_control(here, tag == "break");
  if (tag == "print") return print(here);
  if (std::ranges::find(kRefusedTags, tag) != kRefusedTags.end())
    return unsupported(fmt::format("the tag '{}'", tag), here,
                       "chat templates are one file: write it out without this tag");
  return error(fmt::format("unknown tag '{}'", tag), here);
}

Parser::Made Parser::for_loop(std::uint32_t here) {
  For loop{};
  ASHLAR_ASSIGN(loop.target, target(false));
  ASHLAR_TRY(expect_name("in"));
  ASHLAR_ASSIGN(loop.iterable, tuple(false, "recursive"));
  Saved soft(soft_, false);
  if (skip_name("if")) {
    ASHLAR_ASSIGN(loop.filter, expression());
  }
  loop.recursive = skip_name("recursive");
  {
    Saved loops(loops_, loops_ + 1);
    ASHLAR_ASSIGN(loop.body, block({"else", "endfor"}));
  }
  if (skip_name("else")) {
    ASHLAR_ASSIGN(loop.otherwise, block({"endfor"}));
  } else {
    advance();
  }
  return make_statement(here, std::move(loop));
}

Parser::Made Parser::condition(std::uint32_t here) {
  If condition;
  Saved soft(soft_, true);
  do {
    auto& branch = condition.branches.emplace_back();
    ASHLAR_ASSIGN(branch.first, tuple(false));
    ASHLAR_ASSIGN(branch.second, block({"elif", "else", "endif"}));
  } while (skip_name("elif"));
  if (skip_name("else")) {
    ASHLAR_ASSIGN(condition.otherwise, block({"endif"}));
  } else {
    advance();
  }
  return make_statement(here, std::move(condition));
}

Parser::Made Parser::set(std::uint32_t here) {
  ASHLAR_ASSIGN(const Expression* assigned, target(true));
  if (skip_op("=")) {
    ASHLAR_ASSIGN(const Expression* value, tuple(true));
    return make_statement(here, Set{assigned, value});
  }
  Saved soft(soft_, false);
  SetBlock block_node{assigned, nullptr, {}};
  while (skip_op("|")) {
    ASHLAR_ASSIGN(block_node.filter, filter(block_node.filter));
  }
  ASHLAR_ASSIGN(block_node.body, block({"endset"}));
  return make_statement(here, std::move(block_node));
}

Parser::Made Parser::with(std::uint32_t here) {
  With node;
  while (!at(TokenKind::block_end)) {
    if (!node.bindings.empty()) ASHLAR_TRY(expect_op(","));
    ASHLAR_ASSIGN(const Expression* name, target(false));
    ASHLAR_TRY(expect_op("="));
    ASHLAR_ASSIGN(const Expression* value, expression());
    node.bindings.emplace_back(name, value);
  }
  Saved soft(soft_, false);
  ASHLAR_ASSIGN(node.body, block({"endwith"}));
  return make_statement(here, std::move(node));
}

Status Parser::signature(Function& function) {
  ASHLAR_TRY(expect_op("("));
  while (!at_op(")")) {
    if (!function.parameters.empty()) ASHLAR_TRY(expect_op(","));
    ASHLAR_ASSIGN(std::string name, identifier());
    function.parameters.push_back(std::move(name));
    if (skip_op("=")) {
      ASHLAR_ASSIGN(const Expression* value, expression());
      function.defaults.push_back(value);
    } else if (!function.defaults.empty()) {
      return error("a parameter without default follows one with a default", current().at);
    }
  }
  return expect_op(")");
}

Status Parser::function_body(Function& function, std::string_view end) {
  Saved soft(soft_, false);
  Saved loops(loops_, 0);
  functions_.push_back(&function);
  auto statements = block({end});
  functions_.pop_back();
  if (!statements) return tl::unexpected<Error>(std::move(statements.error()));
  function.body = std::move(*statements);
  return {};
}

Parser::Made Parser::macro(std::uint32_t here) {
  Macro node;
  ASHLAR_ASSIGN(node.function.name, identifier());
  ASHLAR_TRY(signature(node.function));
  ASHLAR_TRY(function_body(node.function, "endmacro"));
  return make_statement(here, std::move(node));
}

Parser::Made Parser::call_block(std::uint32_t here) {
  CallBlock node{nullptr, {}};
  node.caller.name = "caller";
  if (at_op("(")) ASHLAR_TRY(signature(node.caller));
  const std::uint32_t callee_at = current().at;
  ASHLAR_ASSIGN(node.call, expression());
  if (!std::holds_alternative<Call>(node.call->node))
    return error("a call block needs a call", callee_at);
  ASHLAR_TRY(function_body(node.caller, "endcall"));
  return make_statement(here, std::move(node));
}

Parser::Made Parser::filter_block(std::uint32_t here) {
  Saved soft(soft_, false);
  FilterBlock node{};
  do {
    ASHLAR_ASSIGN(node.filter, filter(node.filter));
  } while (skip_op("|"));
  ASHLAR_ASSIGN(node.body, block({"endfilter"}));
  return make_statement(here, std::move(node));
}

Parser::Made Parser::generation(std::uint32_t here) {
  Function function;
  ASHLAR_TRY(function_body(function, "endgeneration"));
  return make_statement(here, Generation{std::move(function.body)});
}

Parser::Made Parser::loop_control(std::uint32_t here, bool stop) {
  if (loops_ == 0)
    return error(fmt::format("'{}' outside of a loop", stop ? "break" : "continue"), here);
  return stop ? make_statement(here, Break{}) : make_statement(here, Continue{});
}

Parser::Made Parser::print(std::uint32_t here) {
  Output node;
  while (!at(TokenKind::block_end)) {
    if (!node.values.empty()) ASHLAR_TRY(expect_op(","));
    ASHLAR_ASSIGN(const Expression* value, expression());
    node.values.push_back(value);
  }
  return make_statement(here, std::move(node));
}

// A name, names in a tuple, or with `with_namespace` also namespace.attribute.
Parser::Node Parser::target(bool with_namespace) {
  const std::uint32_t here = current().at;
  Expressions items;
  bool is_tuple = false;
  do {
    if (!items.empty() && tuple_ends("in")) break;
    ASHLAR_ASSIGN(const Expression* item, primary(with_namespace));
    ASHLAR_TRY(check_target(*item));
    items.push_back(item);
    is_tuple = is_tuple || at_op(",");
  } while (skip_op(","));
  if (!is_tuple) return items[0];
  return make(here, Collection{SequenceKind::tuple, std::move(items)});
}

Status Parser::check_target(const Expression& target) {
  if (const auto* name = std::get_if<Name>(&target.node)) {
    if (name->name == "loop" && loops_ > 0)
      return error("can't assign to the special variable 'loop' in a loop", target.at);
    return {};
  }
  if (std::holds_alternative<NamespaceTarget>(target.node)) return {};
  const auto* items = std::get_if<Collection>(&target.node);
  if (!items || items->kind != SequenceKind::tuple)
    return error("can't assign to this: only names and tuples of names", target.at);
  for (const Expression* item : items->items) ASHLAR_TRY(check_target(*item));
  return {};
}

}  // namespace ashlar::chat
