// Loops, scopes, macros: the statements one by one.
#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

const base::Json kList = {{"l", {3, 1, 2}}};

TEST(For, KnowsWhereItIs) {
  EXPECT_EQ(
      text("{% for x in l %}{{ loop.index }}{{ loop.first }}{{ loop.last }} {% endfor %}", kList),
      "1TrueFalse 2FalseFalse 3FalseTrue ");
  EXPECT_EQ(text("{% for x in l %}{{ loop.revindex }}{{ loop.length }}{{ loop.previtem }}|"
                 "{{ loop.nextitem }} {% endfor %}",
                 kList),
            "33|1 233|2 131| ");
  EXPECT_EQ(text("{% for x in l %}{{ loop.cycle('a', 'b') }}{% endfor %}", kList), "aba");
}

TEST(For, FiltersItsItemsWhileItRuns) {
  EXPECT_EQ(text("{% for x in l if x > 1 %}{{ loop.index }}{{ x }} {% endfor %}", kList), "13 22 ");
  EXPECT_EQ(text("{% set f = namespace(on=true) %}{% for x in l if f.on %}{{ x }}"
                 "{% set f.on = false %}{% endfor %}",
                 kList),
            "3");
}

TEST(For, ElseBreakContinue) {
  EXPECT_EQ(text("{% for x in [] %}a{% else %}none{% endfor %}"), "none");
  // jinja2 counts only bodies that reached their end.
  EXPECT_EQ(text("{% for x in [1, 2] %}{% break %}{% else %}none{% endfor %}"), "none");
  EXPECT_EQ(text("{% for x in [1, 2] %}{% continue %}{% else %}none{% endfor %}"), "none");
  EXPECT_EQ(
      text("{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", kList),
      "32");
  EXPECT_EQ(
      text("{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% else %}e{% endfor %}",
           kList),
      "3");
}

TEST(For, CallsItselfWhenRecursive) {
  const base::Json tree = {{"t", {{{"v", 1}, {"c", {{{"v", 2}, {"c", base::Json::array()}}}}}}}};
  EXPECT_EQ(
      text("{% for n in t recursive %}{{ n.v }}@{{ loop.depth }}({{ loop(n.c) }}){% endfor %}",
           tree),
      "1@1(2@2())");
  EXPECT_EQ(error_of("{% for n in l %}{{ loop(l) }}{% endfor %}", kList).kind,
            ErrorKind::bad_input);
}

TEST(Scope, ALoopKeepsWhatItSetsToItself) {
  EXPECT_EQ(text("{% set x = 0 %}{% for y in l %}{% set x = y %}{{ x }}{% endfor %}{{ x }}", kList),
            "3120");
  EXPECT_EQ(text("{% if true %}{% set x = 1 %}{% endif %}{{ x }}"), "1");
}

TEST(Scope, ANamespaceCarriesValuesOut) {
  EXPECT_EQ(text("{% set n = namespace(s=0) %}{% for y in l %}{% set n.s = n.s + y %}{% endfor %}"
                 "{{ n.s }}",
                 kList),
            "6");
  EXPECT_EQ(error_of("{% set l.x = 1 %}", kList).message,
            "cannot assign attribute on non-namespace object");
}

TEST(Scope, ANameSetBelowHidesTheCallersAbove) {
  EXPECT_EQ(text("{% for i in [1] %}[{{ l }}]{% endfor %}{% set l = 1 %}{{ l }}", kList), "[]1");
  EXPECT_EQ(text("[{{ l }}]{% set l = 1 %}{{ l }}", kList), "[[3, 1, 2]]1");
  EXPECT_EQ(
      text("{% for i in [1] %}[{{ l }}]{% endfor %}{% if i %}{% set l = 1 %}{% endif %}", kList),
      "[[3, 1, 2]]");
}

TEST(Scope, WithBindsInside) {
  EXPECT_EQ(text("{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}"),
            "211");
}

TEST(Set, CapturesABlock) {
  EXPECT_EQ(text("{% set x %}a{{ 1 }}{% endset %}[{{ x }}]"), "[a1]");
  EXPECT_EQ(text("{% set x | upper | trim %} a {% endset %}[{{ x }}]"), "[A]");
  EXPECT_EQ(error_of("{% set a, b = [1] %}").message,
            "not enough values to unpack (expected 2, got 1)");
  EXPECT_EQ(error_of("{% set a, b = [1, 2, 3] %}").message,
            "too many values to unpack (expected 2)");
}

TEST(Macro, BindsArguments) {
  constexpr auto kMacro = "{% macro m(a, b='x') %}{{ a }}{{ b }}{% endmacro %}";
  EXPECT_EQ(text(std::string(kMacro) + "{{ m(1) }}{{ m(1, 2) }}{{ m(b=3, a=4) }}{{ m() }}"),
            "1x1243x");
  EXPECT_EQ(error_of(std::string(kMacro) + "{{ m(1, 2, 3) }}").message,
            "macro 'm' takes not more than 2 argument(s)");
  EXPECT_EQ(error_of(std::string(kMacro) + "{{ m(c=1) }}").message,
            "macro 'm' takes no keyword argument 'c'");
}

TEST(Macro, SeesWhereItWasWrittenNotWhereItIsCalled) {
  EXPECT_EQ(text("{% macro m() %}{{ x }}{% endmacro %}{% for x in [1] %}{{ m() }}{% endfor %}"),
            "");
  EXPECT_EQ(text("{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}"), "1");
}

TEST(Macro, CollectsTheRest) {
  EXPECT_EQ(text("{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, z=3) }}"),
            "(2,){'z': 3}");
}

TEST(Macro, CallBlocksGiveACaller) {
  EXPECT_EQ(
      text("{% macro m() %}<{{ caller(5) }}>{% endmacro %}{% call(v) m() %}{{ v }}!{% endcall %}"),
      "<5!>");
  EXPECT_EQ(error_of("{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}").message,
            "No caller defined");
}

TEST(Blocks, FilterGenerationPrint) {
  EXPECT_EQ(text("{% filter upper %}a{{ 'b' }}{% endfilter %}"), "AB");
  EXPECT_EQ(text("{% generation %}a{% set x = 1 %}{{ x }}{% endgeneration %}{{ x }}"), "a1");
  EXPECT_EQ(text("{% print 1, 'a' %}"), "1a");
}

TEST(Undefined, PrintsAsNothingAndFailsInUse) {
  EXPECT_EQ(text("[{{ x }}{{ d.y }}]", {{"d", base::Json::object()}}), "[]");
  EXPECT_EQ(error_of("{{ x.y }}").message, "'x' is undefined");
  EXPECT_EQ(error_of("{{ d.y.z }}", {{"d", base::Json::object()}}).message,
            "'dict object' has no attribute 'y'");
  EXPECT_EQ(error_of("{{ x + 1 }}").message, "'x' is undefined");
  EXPECT_EQ(error_of("{{ none.split() }}").message, "'None' has no attribute 'split'");
  EXPECT_EQ(error_of("{{ none[0].x }}").message, "None has no element 0");
}

TEST(Sandbox, NoWayOut) {
  EXPECT_EQ(text("{{ ''.__class__ }}"), "");
  EXPECT_EQ(error_of("{{ ''.__class__.__mro__ }}").message,
            "access to attribute '__class__' of 'str' object is unsafe.");
  EXPECT_EQ(error_of("{{ [].append(1) }}").message,
            "access to attribute 'append' of 'list' object is unsafe.");
  EXPECT_EQ(error_of("{{ {}.update({}) }}").kind, ErrorKind::bad_input);
  EXPECT_EQ(text("{{ {'__x': 1}.__x }}"), "1");
}

}  // namespace
}  // namespace ashlar::chat
