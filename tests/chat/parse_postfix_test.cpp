// What may follow an expression, and where a mistake is found. d and l are the caller's.
#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

const base::Json kValues = {{"d", {{"a", 1}, {"b", {1, 2}}, {"c", 3}}}, {"l", {1, 2, 3}}};

void check(test::Examples examples) {
  test::check(examples, kValues);
}

struct Mistake {
  const char *expression, *message;
  int column;  // of the template "{{ expression }}"
};

void refused(std::initializer_list<Mistake> mistakes) {
  for (const auto& [expression, message, column] : mistakes)
    test::refused_at(test::printing(expression), message, column, kValues);
}

TEST(Postfix, AttributesAndSubscripts) {
  check({{"d.a, d['a'], d.b.0, d.b[-1], (1, 2).1, [[5]][0][0]", "(1, 1, 1, 2, 2, 5)"},
         {"{(1, 2): 'x'}[1, 2], l[1, 2] is defined, {(): 'y'}[]", "('x', False, 'y')"},
         {"l[:], l[::], l[1:], l[:-1], l[::2], l[1:2:1]",
          "([1, 2, 3], [1, 2, 3], [2, 3], [1, 2], [1, 3], [2])"},
         {"'a'.upper().lower(), d.get('b')[1:][0], d['get']('a')", "('a', 2, 1)"}});
  refused({{"d.", "expected a name or a number, got }}", 7},
           {"d.'a'", "expected a name or a number, got a string", 6},
           {"l[,]", "expected an expression, got ','", 6},
           {"l[1 2]", "expected ',', got '2'", 8},
           {"l[1,]", "expected an expression, got ']'", 8},
           {"l[1:, 2]", "a slice among several subscripts", 5}});
}

TEST(Postfix, CallsTakeArgumentsInPythonsOrder) {
  check({{"range(1, 3,)|list, range(*[1, 3])|list", "([1, 2], [1, 2])"},
         {"dict({'z': 0}, a=1, **{'b': 2})", "{'z': 0, 'a': 1, 'b': 2}"},
         {"dict(a=1, *[[('x', 1)]]), dict(*[{}], a=1)", "({'x': 1, 'a': 1}, {'a': 1})"}});
  constexpr auto kOrder = "arguments in an order that Python doesn't allow";
  refused({{"range(*[1], 3)", kOrder, 16},
           {"range(*[1], *[2])", kOrder, 16},
           {"dict(**{}, **{})", kOrder, 15},
           {"dict(**{}, a=1)", kOrder, 15},
           {"dict(a=1, {})", kOrder, 14},
           {"dict(a=1, a=2)", "the argument 'a' is given twice", 14},
           {"range(,)", "expected an expression, got ','", 10},
           {"range(1 2)", "expected ')', got '2'", 12}});
}

TEST(Postfix, WhatACallIsGivenIsChecked) {
  refused({{"dict(a=1, **{'a': 2})", "the argument 'a' is given twice", 4},
           {"dict(**[1])", "the argument after ** must be a mapping", 4},
           {"dict(**{1: 2})", "keywords must be strings", 4},
           {"range(*5)", "'int' object is not iterable", 4},
           {"d.a()", "'int' object is not callable", 5},
           {"nope(1)", "'nope' is undefined", 4}});
}

TEST(Postfix, FiltersChainAndBindTighterThanOperators) {
  check({{"'a'|upper|lower, 'a'|upper(), 'a'|replace('a', 'b',)", "('a', 'A', 'b')"},
         {"('a'|upper).lower(), 1|string + '2', 2 ** -2|abs", "('a', '12', 4)"},
         {"1 is odd|string, 'a'|upper is string", "('True', True)"}});
  refused({{"'a'|", "expected a name, got }}", 9},
           {"'a'|1", "expected a name, got '1'", 8},
           {"'a'|nope", "no filter named 'nope'", 8},
           {"'a'|upper.lower", "no filter named 'upper.lower'", 8}});
}

TEST(Postfix, TestsTakeOneOperandWithoutBrackets) {
  check({{"3 is divisibleby d.c, 3 is divisibleby d['c'], 'a' is in 'abc'", "(True, True, True)"},
         {"1 is in [1, 2], 1 is in([1]), 1 is in {1: 2}, 1 is sameas none",
          "(True, True, True, False)"},
         {"1 is divisibleby 2 or true, 4 is divisibleby 2 and false", "(True, False)"},
         {"x is not defined, not x is defined, 2 if 1 is number else 3", "(True, True, 2)"},
         {"1 is eq 1 + 1", "2"}});  // the operand is a primary: True + 1
  refused({{"1 is", "expected a name, got }}", 9},
           {"1 is 1", "expected a name, got '1'", 9},
           {"1 is odd is even", "tests with 'is' can't be chained", 13},
           {"1 is nope", "no test named 'nope'", 9},
           {"1 is not nope", "no test named 'nope'", 13}});
}

TEST(Postfix, AnUnknownNameInAConditionalWaitsUntilItIsReached) {
  check({{"1|nope if false else 2, 1 if true else 1|nope, [1|nope if false]",
          "(2, 1, [Undefined])"}});
  refused({{"2 if 1|nope else 3", "no filter named 'nope'", 11},
           {"1|nope and (1 if true else 2)", "no filter named 'nope'", 6}});
}

}  // namespace
}  // namespace ashlar::chat
