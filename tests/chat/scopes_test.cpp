// Names that a block sets further down hide the caller's above. c is the caller's.
#include "chat/scopes.h"

#include <gtest/gtest.h>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

std::string of(std::string_view source) {
  return test::text(source, {{"c", "C"}, {"t", true}});
}

TEST(Scopes, ReadingFirstKeepsTheCallers) {
  EXPECT_EQ(of("{{ c }}{% set c = 1 %}{{ c }}"), "C1");
  EXPECT_EQ(of("{% set c = c + '!' %}{{ c }}"), "C!");
  EXPECT_EQ(of("{{ c }}{% for i in [1] %}{{ c }}{% endfor %}{% set c = 1 %}"), "CC");
}

TEST(Scopes, AnInnerBlockSeesTheNameThatIsSetBelowIt) {
  EXPECT_EQ(of("{% for i in [1] %}[{{ c }}]{% endfor %}{% set c = 1 %}{{ c }}"), "[]1");
  EXPECT_EQ(of("{% macro m() %}[{{ c }}]{% endmacro %}{{ m() }}{% set c = 1 %}{{ m() }}"), "[][1]");
  EXPECT_EQ(
      of("{% for i in [1] %}{% for j in [1] %}[{{ c }}]{% endfor %}{% set c = 1 %}{% endfor %}"),
      "[]");
}

TEST(Scopes, WhatOnlyABranchSetsHidesNothing) {
  EXPECT_EQ(of("{% for i in [1] %}{{ c }}{% endfor %}{% if t %}{% set c = 1 %}{% endif %}{{ c }}"),
            "C1");
  EXPECT_EQ(of("{% for i in [1] %}{{ c }}{% endfor %}{% if t %}{% set c = 1 %}{% elif t %}"
               "{% set c = 2 %}{% else %}{% set c = 3 %}{% endif %}{{ c }}"),
            "C1");
  EXPECT_EQ(of("{% if not t %}{% set c = 1 %}{% endif %}{{ c }}"), "C");
}

TEST(Scopes, AnOuterReadMakesTheInnerSetACopy) {
  EXPECT_EQ(
      of("{{ c }}{% for i in [1] %}{% for j in [1] %}{{ c }}{% endfor %}{% set c = 1 %}{{ c }}"
         "{% endfor %}{{ c }}"),
      "CC1C");
}

TEST(Scopes, ParametersAndLoopTargetsAreNeverHidden) {
  EXPECT_EQ(of("{% macro m(c) %}{% for i in [1] %}{{ c }}{% endfor %}{% set c = 2 %}{{ c }}"
               "{% endmacro %}{{ m(1) }}"),
            "12");
  EXPECT_EQ(
      of("{% for c in [1] %}{% for j in [1] %}{{ c }}{% endfor %}{% set c = 2 %}{% endfor %}"),
      "1");
  EXPECT_EQ(of("{% with c = 1 %}{% for j in [1] %}{{ c }}{% endfor %}{% set c = 2 %}{% endwith %}"),
            "1");
}

TEST(Scopes, EveryBlockHasItsOwn) {
  for (const char* open_close :
       {"{% set y %}|{% endset %}{{ y }}", "{% filter upper %}|{% endfilter %}",
        "{% generation %}|{% endgeneration %}", "{% with %}|{% endwith %}",
        "{% macro m() %}|{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}|{% endcall %}"}) {
    const std::string both = open_close;
    const std::size_t bar = both.find('|');
    const std::string block = both.substr(0, bar) +
                              "{% for i in [1] %}[{{ c }}]{% endfor %}{% set c = 1 %}{{ c }}" +
                              both.substr(bar + 1);
    EXPECT_EQ(of(block), "[]1") << open_close;
    // Read outside too, the name starts out in the block with the value it has there.
    EXPECT_EQ(of(block + "{{ c }}"), "[C]1C") << open_close;
  }
}

TEST(Scopes, AFilterOfABlockSeesWhatTheBlockSets) {
  EXPECT_EQ(of("{% filter replace('a', x) %}{% set x = 'q' %}a{% endfilter %}"), "q");
  EXPECT_EQ(of("{% set y | replace('a', x) %}{% set x = 'q' %}a{% endset %}{{ y }}"), "q");
}

std::string names(std::string_view source) {
  std::string list;
  for (const std::string& name : Template::compile(source, "t").value().names())
    list += (list.empty() ? "" : " ") + name;
  return list;
}

TEST(Scopes, NamesAreReadFromOutside) {
  EXPECT_EQ(names("plain"), "");
  EXPECT_EQ(names("{{ b.x[i] }} {{ a | join(sep) }} {% if c is in(d) %}{% endif %}"),
            "a b c d i sep");
  EXPECT_EQ(names("{{ f(x, *y, k=z, **w) }} {{ u[v:] if t else s }} {{ {q: [r]} }}"),
            "f q r s t u v w x y z");
}

TEST(Scopes, NamesThatTheTemplateSetsAreItsOwn) {
  EXPECT_EQ(names("{% set a = 1 %}{{ a }}"), "");
  EXPECT_EQ(names("{{ a }}{% set a = 1 %}"), "a");
  EXPECT_EQ(names("{% for x in xs %}{{ x }}{{ loop.index }}{% else %}{{ y }}{% endfor %}"), "xs y");
  EXPECT_EQ(names("{% for k, v in m %}{{ k }}{{ v }}{% endfor %}{{ k }}"), "k m");
  EXPECT_EQ(names("{% with a = b %}{{ a }}{% endwith %}"), "b");
  EXPECT_EQ(names("{% set n = namespace(a=1) %}{% set n.a = z %}{{ n.a }}"), "z");
  EXPECT_EQ(names("{% set b %}{{ a }}{% endset %}{{ b }}"), "a");
}

TEST(Scopes, NamesOnEdgesOfBlocks) {
  EXPECT_EQ(names("{% for x in xs if x > least %}{% endfor %}"), "least xs");
  EXPECT_EQ(names("{% set a | join(sep) %}{% endset %}"), "sep");
  EXPECT_EQ(names("{% filter replace(old, 'x') %}{{ t }}{% endfilter %}"), "old t");
}

TEST(Scopes, NamesOfMacros) {
  EXPECT_EQ(names("{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{% endmacro %}{{ m(e) }}"), "c d e");
  EXPECT_EQ(names("{% macro m() %}{{ caller() }}{{ varargs }}{{ kwargs }}{% endmacro %}"
                  "{% call m() %}{{ a }}{% endcall %}"),
            "a");
  EXPECT_EQ(names("{{ caller }}"), "caller");
}

TEST(Scopes, ANameThatSomeWaySetsCountsAsSet) {
  EXPECT_EQ(names("{% if c %}{% set a = 1 %}{% else %}{% set a = 2 %}{% endif %}{{ a }}"), "c");
  EXPECT_EQ(names("{% if c %}{% set a = 1 %}{% else %}{{ a }}{% endif %}"), "a c");
}

TEST(Scopes, FunctionsOfEveryTemplateAreNoNames) {
  EXPECT_EQ(names("{{ range(n) }}{{ dict(a=1) }}{{ raise_exception('x') }}{{ strftime_now('') }}"),
            "n");
}

}  // namespace
}  // namespace ashlar::chat
