// What follows `is`: every test with what it says no to.
#include "chat/tests.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::refused;
using test::text;

TEST(IsTests, TypesOfScalars) {
  check(
      {{"1 is number, 1.5 is number, true is number, '1' is number", "(True, True, True, False)"},
       {"1 is integer, 1.0 is integer, true is integer, 1 is float", "(True, False, False, False)"},
       {"true is boolean, 0 is boolean, true is true, 1 is true", "(True, False, True, False)"},
       {"false is false, 0 is false, none is false, false is true", "(True, False, False, False)"},
       {"('a'|safe) is string, ['a'] is string, missing is string", "(True, False, False)"},
       {"none is none, missing is none, 0 is none", "(True, False, False)"},
       {"('a'|e) is escaped, 'a' is escaped, 1 is escaped", "(True, False, False)"}});
}

TEST(IsTests, TypesOfContainers) {
  check({{"{} is mapping, namespace() is mapping, [('a', 1)] is mapping", "(True, False, False)"},
         {"() is sequence, {} is sequence, range(2) is sequence, missing is sequence",
          "(True, True, True, True)"},
         {"1 is sequence, {}.keys() is sequence, ([]|map('abs')) is sequence",
          "(False, False, False)"},
         {"{}.keys() is iterable, ([]|map('abs')) is iterable, missing is iterable",
          "(True, True, True)"},
         {"1 is iterable, none is iterable, namespace() is iterable", "(False, False, False)"},
         {"range is callable, 'a'.upper is callable, missing is callable, {} is callable",
          "(True, True, True, False)"}});
  EXPECT_EQ(text("{% for x in 'a' %}{{ loop is callable, loop is iterable }}{% endfor %}"),
            "(True, True)");
}

TEST(IsTests, DefinedLooksOneStepFar) {
  check({{"missing is defined, ''.x is defined, {}.a is undefined, (1 if false) is defined",
          "(False, False, True, False)"}});
  EXPECT_EQ(text("{{ a is defined }}{% set a = none %}{{ a is defined }}"), "FalseTrue");
  refused({{"x.y is defined", "'x' is undefined"}});
}

TEST(IsTests, CaseIsOfTheText) {
  check(
      {{"'é1' is lower, 'aB' is lower, '1' is lower, 'A1' is upper", "(True, False, False, True)"},
       {"none is lower, ['a'] is lower, 1 is upper", "(False, True, False)"}});
}

TEST(IsTests, Remainders) {
  check({{"-3 is odd, 4 is odd, 2.0 is even, 2.5 is even, true is odd",
          "(True, False, True, False, True)"},
         {"10 is divisibleby 3, 7.5 is divisibleby 2.5, 10 is divisibleby(num=2)",
          "(False, True, True)"}});
  refused({{"none is even", "unsupported operand type(s) for %: 'NoneType' and 'int'"},
           {"10 is divisibleby", "divisibleby misses its argument 'num'"},
           {"10 is divisibleby 0", "integer division or modulo by zero"}});
}

TEST(IsTests, ComparisonsUnderEveryName) {
  check({{"1 is eq 1.0, 1 is equalto 2, 1 is ne 2, none is eq none", "(True, False, True, True)"},
         {"2 is gt 2, 2 is greaterthan 1, 2 is ge 2", "(False, True, True)"},
         {"1 is lt 1, 1 is lessthan 2, 1 is le 1", "(False, True, True)"},
         {"[1, 2, 3]|select('==', 2)|list, [1, 2, 3]|select('!=', 2)|list", "([2], [1, 3])"},
         {"[1, 2, 3]|select('<', 2)|list, [1, 2, 3]|select('<=', 2)|list", "([1], [1, 2])"},
         {"[1, 2, 3]|select('>', 2)|list, [1, 2, 3]|select('>=', 2)|list", "([3], [2, 3])"}});
  refused({{"1 is eq", "this test takes 1 to 1 arguments (0 given)"},
           {"1 is lt 'a'", "'<' not supported between instances of 'int' and 'str'"}});
}

TEST(IsTests, InAndSameas) {
  check({{"1 is in [1], 'b' is in 'abc', 'k' is in {'k': 1}, 3 is not in(range(3))",
          "(True, True, True, True)"},
         {"1 is sameas 1, 1 is sameas true, 1 is sameas 1.0, [] is sameas []",
          "(True, False, False, False)"}});
  EXPECT_EQ(text("{% set l = [1] %}{% set d = {} %}{{ l is sameas l, l is sameas [1] }}"
                 "{{ d is sameas d, d is sameas {} }}"),
            "(True, False)(True, False)");
  refused({{"1 is in", "in misses its argument 'seq'"},
           {"1 is in 5", "argument of type 'int' is not iterable"}});
}

TEST(IsTests, NamesOfFiltersAndTests) {
  check({{"'d' is filter, 'odd' is filter, '==' is test, 'upper' is test",
          "(True, False, True, True)"},
         {"1 is filter, none is test", "(False, False)"}});
  refused({{"1 is defined(2)", "this test takes at most 0 arguments (1 given)"},
           {"1 is odd(2)", "this test takes at most 0 arguments (1 given)"},
           {"'a' is upper(1)", "this test takes at most 0 arguments (1 given)"}});
}

}  // namespace
}  // namespace ashlar::chat
