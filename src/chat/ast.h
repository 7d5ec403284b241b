// The tree of a template. Nodes are owned by the Program, point to each other plainly, and carry
// the byte of the source where they stand.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "chat/value.h"

namespace ashlar::chat {

struct Expression;
struct Statement;
using Body = std::vector<const Statement*>;
using Expressions = std::vector<const Expression*>;

// f(a, b, name=c, *rest, **more)
struct CallArguments {
  Expressions positional;
  std::vector<std::pair<Text, const Expression*>> keywords;
  const Expression* rest = nullptr;
  const Expression* more = nullptr;
};

// --- expressions
struct Constant {
  Value value;
};
struct Name {
  std::string name;
};
struct NamespaceTarget {  // only as the target of `set`
  std::string name, attribute;
};
struct Collection {
  SequenceKind kind;  // list or tuple
  Expressions items;
};
struct DictLiteral {
  std::vector<std::pair<const Expression*, const Expression*>> entries;
};
struct Attribute {
  const Expression* object;
  std::string name;
};
struct Subscript {
  const Expression *object, *key;
};
struct Slice {  // any bound may be null
  const Expression *object, *start, *stop, *step;
};
struct Call {
  const Expression* callee;
  CallArguments arguments;
};
struct Filter {
  const Expression* input;  // null in a filter block or set block: the body's text
  std::string name;
  CallArguments arguments;
};
struct Test {
  const Expression* input;
  std::string name;
  CallArguments arguments;
  bool negated;
};
enum class UnaryOp { plus, minus, logical_not };
struct Unary {
  UnaryOp op;
  const Expression* operand;
};
enum class BinaryOp { add, subtract, multiply, divide, floor_divide, modulo, power };
struct Binary {
  BinaryOp op;
  const Expression *left, *right;
};
struct Logical {  // a and b and c, or with `or`
  bool conjunction;
  Expressions operands;
};
enum class CompareOp { equal, unequal, less, less_equal, greater, greater_equal, in, not_in };
struct Compare {  // a < b < c
  const Expression* first;
  std::vector<std::pair<CompareOp, const Expression*>> rest;
};
struct Concat {  // a ~ b ~ c
  Expressions parts;
};
struct Conditional {
  const Expression *test, *then, *otherwise;  // otherwise may be null: undefined
};

struct Expression {
  std::uint32_t at;
  std::variant<Constant, Name, NamespaceTarget, Collection, DictLiteral, Attribute, Subscript,
               Slice, Call, Filter, Test, Unary, Binary, Logical, Compare, Concat, Conditional>
      node;
};

// --- statements
struct Data {
  Text text;
};
struct Output {
  Expressions values;
};
struct If {
  std::vector<std::pair<const Expression*, Body>> branches;
  Body otherwise;
};
struct For {
  const Expression *target, *iterable, *filter;  // filter may be null
  Body body, otherwise;
  bool recursive;
};
struct Set {
  const Expression *target, *value;
};
struct SetBlock {
  const Expression *target, *filter;  // filter may be null
  Body body;
};
// What a macro and the body of a call block share.
struct Function {
  std::string name;
  std::vector<std::string> parameters;
  Expressions defaults;  // of the last parameters
  Body body;
  bool uses_caller = false, uses_kwargs = false, uses_varargs = false;
};
struct Macro {
  Function function;
};
struct CallBlock {
  const Expression* call;
  Function caller;
};
struct FilterBlock {
  const Expression* filter;
  Body body;
};
struct With {
  std::vector<std::pair<const Expression*, const Expression*>> bindings;
  Body body;
};
struct Generation {  // marks the assistant's part for loss masks; renders its body
  Body body;
};
struct Break {};
struct Continue {};

struct Statement {
  std::uint32_t at;
  std::variant<Data, Output, If, For, Set, SetBlock, Macro, CallBlock, FilterBlock, With,
               Generation, Break, Continue>
      node;
};

struct Program {
  std::string source, where;
  Body body;
  std::deque<Expression> expressions;
  std::deque<Statement> statements;
  std::unordered_map<const Body*, std::vector<std::string>> hidden;  // see scopes.h
  std::set<std::string> reads = {};  // from outside, functions that every template has among them
};

}  // namespace ashlar::chat
