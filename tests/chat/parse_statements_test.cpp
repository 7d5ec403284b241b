// Tags: what each accepts, and where a mistake in one is found.
#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

void renders(test::Examples examples) {
  for (const auto& [source, output] : examples) EXPECT_EQ(text(source), output) << source;
}

struct Mistake {
  const char *source, *message;
  int column;
};

void refused(std::initializer_list<Mistake> mistakes) {
  for (const auto& [source, message, column] : mistakes) test::refused_at(source, message, column);
}

constexpr auto kNoTarget = "can't assign to this: only names and tuples of names";
constexpr auto kLoop = "can't assign to the special variable 'loop' in a loop";

TEST(ParseFor, TakesTargetsTuplesAndAFilter) {
  renders({{"{% for x in 1, 2: %}{{ x }}{% endfor %}", "12"},
           {"{% for (x, (y, z)) in [(1, (2, 3))] %}{{ x + y + z }}{% endfor %}", "6"},
           {"{% for x in [3, 1] if x > 1 recursive %}{{ x }}{% else %}e{% endfor %}", "3"},
           {"{% for x in [3, 1] if x > 9 %}{{ x }}{% else %}e{% endfor %}", "e"},
           {"{% for x in ([1] if true else [2]) %}{{ x }}{% endfor %}", "1"}});
  refused({{"{% for x in %}{% endfor %}", "expected an expression, got %}", 13},
           {"{% for x l %}{% endfor %}", "expected 'in', got 'l'", 10},
           {"{% for 1 in l %}{% endfor %}", kNoTarget, 8},
           {"{% for x.y in l %}{% endfor %}", "expected 'in', got '.'", 9},
           {"{% for x in l recursive if x %}{% endfor %}", "expected %}, got 'if'", 25},
           {"{% for x in l if t else m %}{% endfor %}", "expected %}, got 'else'", 20},
           {"{% for x in l %}{% endfor x %}", "expected %}, got 'x'", 27},
           {"{% for x in l %}{% else %}{% else %}{% endfor %}", "unknown tag 'else'", 30},
           {"{% for x in l %}a", "expected 'endfor', got the end of the template", 18}});
}

TEST(ParseFor, LoopIsNoTargetInsideALoop) {
  renders({{"{% set loop = 1 %}{{ loop }}", "1"},
           {"{% for x in 'a' %}{% macro m(loop) %}{{ loop }}{% endmacro %}{{ m(5) }}{% endfor %}",
            "5"}});
  refused({{"{% for x in l %}{% set loop = 1 %}{% endfor %}", kLoop, 24},
           {"{% for x in l %}{% for a, loop in m %}{% endfor %}{% endfor %}", kLoop, 27}});
}

TEST(ParseIf, BranchesInOrder) {
  renders({{"{% if false: %}a{% elif 1, %}b{% elif true %}c{% else %}d{% endif %}", "b"},
           {"{% if false %}a{% elif 0 %}b{% else %}d{% endif %}", "d"}});
  refused({{"{% if %}{% endif %}", "expected an expression, got %}", 7},
           {"{% if a if b else c %}{% endif %}", "expected %}, got 'if'", 9},
           {"{% if a %}{% else %}{% elif b %}{% endif %}", "unknown tag 'elif'", 24},
           {"{% if a %}{% for x in l %}{% endif %}{% endfor %}", "unknown tag 'endif'", 30},
           {"{% endif %}", "unknown tag 'endif'", 4}});
}

TEST(ParseSet, TakesNamesTuplesAndNamespaces) {
  renders({{"{% set x = 1, %}{{ x }}{% set x = 1 if true else 2 %}{{ x }}", "(1,)1"},
           {"{% set n = namespace() %}{% set n.x, y = 1, 2 %}{{ n.x }}{{ y }}", "12"},
           {"{% set n = namespace() %}{% set n.x %}a{{ 1 }}{% endset %}{{ n.x }}", "a1"},
           {"{% set x | length %}abc{% endset %}{{ x + 1 }}", "4"}});
  refused({{"{% set x = %}", "expected an expression, got %}", 12},
           {"{% set [x, y] = (1, 2) %}", kNoTarget, 8},
           {"{% set none = 1 %}", kNoTarget, 8},
           {"{% set x, 'a' = 1, 2 %}", kNoTarget, 11},
           {"{% set (n.x, y) = 1, 2 %}", kNoTarget, 10},
           {"{% set x[0] = 1 %}", "expected %}, got '['", 9},
           {"{% set x.y.z = 1 %}", "expected %}, got '.'", 11},
           {"{% set x = y = 1 %}", "expected %}, got '='", 14},
           {"{% set x | nope %}{% endset %}", "no filter named 'nope'", 12}});
}

TEST(ParseWith, BindsInOneGo) {
  renders({{"{% with a, b = (1, 2), c = 3 %}{{ a }}{{ b }}{{ c }}{% endwith %}{{ a }}", "123"},
           {"{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}", "1"}});
  refused({{"{% with a %}{% endwith %}", "expected '=', got %}", 11},
           {"{% with a = 1 b = 2 %}{% endwith %}", "expected ',', got 'b'", 15},
           {"{% with a = 1, %}{% endwith %}", "expected an expression, got %}", 16},
           {"{% with a.b = 1 %}{% endwith %}", "expected '=', got '.'", 10}});
}

TEST(ParseMacro, SignaturesAndCalls) {
  refused({{"{% macro m %}{% endmacro %}", "expected '(', got %}", 12},
           {"{% macro 1() %}{% endmacro %}", "expected a name, got '1'", 10},
           {"{% macro m(a b) %}{% endmacro %}", "expected ',', got 'b'", 14},
           {"{% macro m(a,) %}{% endmacro %}", "expected a name, got ')'", 14},
           {"{% macro m(a=1, b) %}{% endmacro %}",
            "a parameter without default follows one with a default", 18},
           {"{% call m %}{% endcall %}", "a call block needs a call", 9},
           {"{% call m()|upper %}{% endcall %}", "a call block needs a call", 9}});
}

TEST(ParseBlocks, FilterPrintGeneration) {
  renders(
      {{"{% filter upper|replace('A', 'b') %}a{% endfilter %}{% print 1, 'a' %}{% print %}", "b1a"},
       {"{% generation %}a{% endgeneration %}", "a"}});
  refused({{"{% filter %}a{% endfilter %}", "expected a name, got %}", 11},
           {"{% filter upper %}a", "expected 'endfilter', got the end of the template", 20},
           {"{% print 1 2 %}", "expected ',', got '2'", 12},
           {"{% generation x %}a{% endgeneration %}", "expected %}, got 'x'", 15}});
}

TEST(ParseLoopControl, OnlyInTheLoopItself) {
  renders(
      {{"{% for x in 'abc' %}{% for y in 'ab' %}{% break %}{% endfor %}{{ x }}{% endfor %}", "abc"},
       {"{% for x in 'ab' %}{% set y %}{% continue %}{% endset %}{{ x }}{% endfor %}", ""},
       {"{% for x in 'abc' %}{% with %}{% if x == 'b' %}{% continue %}{% endif %}{{ x }}"
        "{% endwith %}{% endfor %}",
        "ac"}});
  refused({{"{% if t %}{% break %}{% endif %}", "'break' outside of a loop", 14},
           {"{% for x in [] %}{% else %}{% break %}{% endfor %}", "'break' outside of a loop", 31},
           {"{% for x in l %}{% call m() %}{% continue %}{% endcall %}{% endfor %}",
            "'continue' outside of a loop", 34},
           {"{% for x in l %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
            "'break' outside of a loop", 36}});
}

TEST(ParseTags, UnknownAndRefusedOnes) {
  for (const std::string tag :
       {"block", "extends", "include", "import", "from", "autoescape", "do", "trans", "debug"}) {
    const Error error = error_of("{% " + tag + " x %}");
    EXPECT_EQ(error.kind, ErrorKind::unsupported) << tag;
    EXPECT_EQ(error.message, "the tag '" + tag + "'");
  }
  refused({{"{% nope %}", "unknown tag 'nope'", 4},
           {"{% 'a' %}", "expected a name, got a string", 4},
           {"{% %}", "expected a name, got %}", 4},
           {"{{ , }}", "expected an expression, got ','", 4}});
}

TEST(ParseTags, AnUnknownFilterWaitsOnlyInTheIfsOwnTags) {
  renders({{"{% if false %}{{ 1 is nope }}{% for x in 1|nope %}{% endfor %}{% endif %}ok", "ok"},
           {"{% if false %}{% with a = 1|nope %}{% endwith %}{% endif %}ok", "ok"}});
  for (const char* block :
       {"{% set x | nope %}{% endset %}", "{% filter nope %}{% endfilter %}",
        "{% macro m() %}{{ 1|nope }}{% endmacro %}", "{% for x in l %}{{ 1|nope }}{% endfor %}",
        "{% with a = 1 %}{{ 1|nope }}{% endwith %}", "{% call m() %}{{ 1|nope }}{% endcall %}"})
    EXPECT_EQ(error_of("{% if false %}" + std::string(block) + "{% endif %}").message,
              "no filter named 'nope'");
}

}  // namespace
}  // namespace ashlar::chat
