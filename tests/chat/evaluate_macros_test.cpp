// How a macro's parameters get their values, and what a call block adds.
#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

struct Example {
  const char *macro, *calls, *output;
};

std::string source_of(const char* macro, const char* calls) {
  return "{% macro m" + std::string(macro) + "{% endmacro %}" + calls;
}

void check(std::initializer_list<Example> examples) {
  for (const auto& [macro, calls, output] : examples)
    EXPECT_EQ(text(source_of(macro, calls)), output) << macro << calls;
}

void refused(std::initializer_list<Example> examples) {
  for (const auto& [macro, calls, message] : examples)
    EXPECT_EQ(error_of(source_of(macro, calls)).message, message) << macro << calls;
}

TEST(Macros, DefaultsAreEvaluatedAtEachCall) {
  check({{"(a, b=a ~ '!') %}{{ a }}{{ b }}", "{{ m(1) }}{{ m(2, 3) }}", "11!23"},
         {"(a=b, b=2) %}[{{ a }}{{ b }}]", "{{ m() }}", "[2]"},  // b is not set yet
         {"(a=x) %}[{{ a }}]", "{{ m() }}{% set x = 1 %}{{ m() }}", "[][1]"},
         {"(a, b=2, c=3) %}{{ a }}{{ b }}{{ c }}",
          "{{ m(1, c=4) }} {{ m(c=1, a=3) }} {{ m(*[1, 2]) }} {{ m(**{'a': 9}) }}",
          "124 321 123 923"}});
}

TEST(Macros, WhatIsNotGivenIsUndefined) {
  check({{"(a) %}[{{ a }}]", "{{ m() }}{{ m(none) }}", "[][None]"}});
  refused({{"(a) %}{{ a.x }}", "{{ m() }}", "parameter 'a' was not provided"},
           {"() %}", "{{ n() }}", "'n' is undefined"}});
}

TEST(Macros, TheRestIsCollectedOnlyWhereTheBodyReadsIt) {
  check({{"(a) %}{{ varargs }}", "{{ m() }}{{ m(1, 2, 3) }}", "()(2, 3)"},
         {"(a) %}{{ kwargs }}", "{{ m(1) }}{{ m(a=1, b=2) }}", "{}{'b': 2}"},
         {"(varargs, kwargs=3) %}{{ varargs }}{{ kwargs }}", "{{ m(1) }}", "13"}});
  refused({{"(a) %}{{ a }}", "{{ m(1, 2) }}", "macro 'm' takes not more than 1 argument(s)"},
           {"(a) %}{{ a }}", "{{ m(1, a=2) }}", "macro 'm' takes no keyword argument 'a'"},
           {"(a) %}{{ kwargs }}", "{{ m(1, 2) }}", "macro 'm' takes not more than 1 argument(s)"},
           {"(a) %}{{ varargs }}", "{{ m(b=2) }}", "macro 'm' takes no keyword argument 'b'"}});
}

TEST(Macros, SeeTheirOwnScopeAndEachOther) {
  check({{"(n) %}{{ n }}{{ m(n - 1) if n }}", "{{ m(3) }}", "3210"},
         {"() %}{{ late() }}", "{% macro late() %}L{% endmacro %}{{ m() }}", "L"},
         {"() %}{% macro n() %}N{% endmacro %}{{ n() }}", "{{ m() }}{{ n is defined }}", "NFalse"},
         {"(x) %}{% set x = x + 1 %}{{ x }}", "{% set x = 5 %}{{ m(1) }}{{ m(1) }}{{ x }}", "225"},
         {"() %}{{ loop is defined }}", "{% for x in 'a' %}{{ m() }}{% endfor %}", "False"}});
}

TEST(Macros, AreValues) {
  check({{"() %} a ", "{% set f = m %}{{ f()|length }}{{ f() is string }}{{ f.name }}", "3Truem"},
         {"() %}{{ m }}", "{{ m() }}{{ m.nope is defined }}", "<Macro 'm'>False"}});
}

TEST(CallBlocks, AddACaller) {
  check({{"() %}{{ caller(1) }}", "{% call(a, b='d') m() %}{{ a }}{{ b }}{% endcall %}", "1d"},
         {"(i) %}{{ i }}{{ caller() }}",
          "{% for i in 'ab' %}{% call m(i) %}<{{ i }}>{% endcall %}{% endfor %}", "a<a>b<b>"},
         {"() %}{{ caller is defined }}", "{{ m() }}{% call m() %}{% endcall %}", "FalseTrue"},
         {"(caller=none) %}{{ caller() if caller else 'no' }}",
          "{{ m() }}{% call m() %}x{% endcall %}", "nox"}});
  refused(
      {{"() %}{{ caller() }}", "{{ m() }}", "No caller defined"},
       {"() %}x", "{% call m() %}y{% endcall %}", "macro 'm' takes no keyword argument 'caller'"},
       {"() %}{{ caller() }}", "{% call m(caller=1) %}{% endcall %}",
        "the argument 'caller' is given twice"},
       {"() %}", "{% call range(3) %}{% endcall %}", "range takes no keyword arguments"}});
}

TEST(Macros, AnErrorInsideStandsWhereItIsWritten) {
  EXPECT_EQ(error_of("a\n{% macro m(a) %}\n{{ a.b.c }}\n{% endmacro %}\n{{ m(1) }}").where,
            "t, line 3, column 7");
}

}  // namespace
}  // namespace ashlar::chat
