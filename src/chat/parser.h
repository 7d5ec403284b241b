// Tokens to a tree. Recursive descent with a bound on nesting. Source: jinja2 3.1.6's parser, the
// same order of precedence: if-else, or, and, not, comparisons, + -, ~, * / // %, **, unary,
// postfix.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/ast.h"
#include "chat/lexer.h"

namespace ashlar::chat {

inline constexpr int kMaxSourceDepth = 160;  // nested brackets, tags and prefix operators

class Parser {
 public:
  // Fills `program`, whose source and where are set.
  static Status parse(Program& program);

 private:
  using Node = Result<const Expression*>;
  using Made = Result<const Statement*>;
  using Words = std::initializer_list<std::string_view>;

  Parser(Program& program, std::vector<Token> tokens)
      : program_(program), tokens_(std::move(tokens)) {}

  // --- tokens
  const Token& current() const { return tokens_[next_]; }
  const Token& ahead() const { return tokens_[std::min(next_ + 1, tokens_.size() - 1)]; }
  bool at(TokenKind kind) const { return current().kind == kind; }
  bool at_name(std::string_view name) const;
  bool at_op(std::string_view op) const;
  bool skip_name(std::string_view name);
  bool skip_op(std::string_view op);
  void advance() { next_ += next_ + 1 < tokens_.size(); }
  Status expect(TokenKind kind);
  Status expect_op(std::string_view op);
  Status expect_name(std::string_view name);
  Result<std::string> identifier();
  static std::string describe(const Token& token);
  tl::unexpected<Error> error(std::string message, std::uint32_t at) const;
  tl::unexpected<Error> unsupported(std::string what, std::uint32_t at, std::string mend) const;
  tl::unexpected<Error> unexpected(std::string_view expected) const;
  tl::unexpected<Error> too_deep() const;

  template <class T>
  const Expression* make(std::uint32_t at, T node) {
    return &program_.expressions.emplace_back(Expression{at, std::move(node)});
  }
  template <class T>
  const Statement* make_statement(std::uint32_t at, T node) {
    return &program_.statements.emplace_back(Statement{at, std::move(node)});
  }

  // --- parse_statements.cpp
  // Up to one of `ends`, which stays the current token; without ends, up to the template's end.
  Result<Body> body(Words ends);
  // As above after the tag's own end; with a single end, that is skipped too.
  Result<Body> block(Words ends);
  Made statement();
  Made output();
  Made for_loop(std::uint32_t at);
  Made condition(std::uint32_t at);
  Made set(std::uint32_t at);
  Made with(std::uint32_t at);
  Made macro(std::uint32_t at);
  Made call_block(std::uint32_t at);
  Made filter_block(std::uint32_t at);
  Made generation(std::uint32_t at);
  Made loop_control(std::uint32_t at, bool stop);
  Made print(std::uint32_t at);
  Status signature(Function& function);
  Status function_body(Function& function, std::string_view end);
  Node target(bool with_namespace);
  Status check_target(const Expression& target);

  // --- parse_expressions.cpp
  Node expression() { return conditional(); }
  // An expression, or a tuple without brackets; `end` is a name that ends it.
  Node tuple(bool with_conditional, std::string_view end = {});
  Node conditional();
  Node logical_or();
  Node logical_and();
  Node logical_not();
  Node comparison();
  Node sum();
  Node concat();
  Node product();
  Node power();
  Node unary(bool with_filters);
  Node primary(bool with_namespace);
  Node name_or_constant(bool with_namespace);
  Node string_literal();
  Node parenthesis();
  Node list();
  Node dict();
  Node postfix(const Expression* node);
  Node filters_and_tests(const Expression* node);
  Node subscript(const Expression* node);
  Node bracket(const Expression* node, std::uint32_t at);
  Node bound();
  Node call(const Expression* node);
  Result<CallArguments> arguments();
  Status argument(CallArguments& arguments);
  Node filter(const Expression* node);
  Node test(const Expression* node);
  void check_known(std::string_view kind, std::string_view name, bool known, std::uint32_t at);
  Result<std::string> dotted_name();
  bool tuple_ends(std::string_view end) const;

  Program& program_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  int loops_ = 0;  // around this point and inside the same function
  // Inside an if an unknown filter or test is an error only when it is reached. `x|f if y` shows
  // late that it is one: the error waits for the end of the tag.
  bool soft_ = false;
  std::optional<Error> unknown_;
  std::vector<Function*> functions_;  // whose bodies are open
};

// Depth of the parser; fails past kMaxSourceDepth.
class ParserDepth {
 public:
  explicit ParserDepth(int& depth) : depth_(depth) { ++depth_; }
  ~ParserDepth() { --depth_; }
  bool too_deep() const { return depth_ > kMaxSourceDepth; }

 private:
  int& depth_;
};

}  // namespace ashlar::chat
