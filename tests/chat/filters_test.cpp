// Every filter, test, global function and method once at least, with its arguments.
#include "chat/filters.h"

#include "chat/tests.h"
#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

struct Example {
  const char *expression, *output;
};

void check(std::initializer_list<Example> examples, const base::Json& variables = {}) {
  for (const auto& [expression, output] : examples)
    EXPECT_EQ(text("{{ " + std::string(expression) + " }}", variables), output) << expression;
}

TEST(Filters, Text) {
  check({{"'aB cD'|capitalize", "Ab cd"},
         {"'it''s a-b (c'|title", "Its A-B (C"},
         {"' a '|trim ~ 'xax'|trim('x')", "aa"},
         {"'abc'|center(7) ~ '|'", "  abc  |"},
         {"'<a>'|e", "&lt;a&gt;"},
         {"'<'|safe|forceescape", "&lt;"},
         {"('<'|safe) + '<'", "<&lt;"},
         {"'%s-%d'|format('a', 2)", "a-2"},
         {"'a\nb\n\nc'|indent(2)", "a\n  b\n\n  c"},
         {"'a\nb'|indent('> ', true)", "> a\n> b"},
         {"'foo bar baz'|truncate(7)", "foo bar baz"},
         {"'foo bar baz'|truncate(7, leeway=0)", "foo..."},
         {"'a b-c'|wordcount", "3"},
         {"'aXbX'|replace('X', '-', 1)", "a-bX"},
         {"[1, 2]|join(', ')", "1, 2"},
         {"[{'k': 1}, {'k': 2}]|join('+', attribute='k')", "1+2"},
         {"'aB'|upper ~ 'aB'|lower ~ 5|string", "ABab5"}});
}

TEST(Filters, Sequences) {
  check({{"[1, 2, 3]|batch(2, 0)|list", "[[1, 2], [3, 0]]"},
         {"[1, 2, 3]|slice(2)|list", "[[1, 2], [3]]"},
         {"[1, 2]|first, [1, 2]|last, 'ab'|first, []|first is defined", "(1, 2, 'a', False)"},
         {"[1, 2]|length, 'é'|count, {}|length", "(2, 1, 0)"},
         {"'ab'|list, [1, 2]|reverse|list, 'ab'|reverse", "(['a', 'b'], [2, 1], 'ba')"},
         {"{'a': 1}|items|list", "[('a', 1)]"},
         {"[1, 2]|sum, [{'k': 2}]|sum('k', 10)", "(3, 12)"}});
}

TEST(Filters, Order) {
  check({{"[3, 1, 2]|sort, [3, 1]|sort(reverse=true)", "([1, 2, 3], [3, 1])"},
         {"['b', 'A']|sort, ['b', 'A', 'a']|sort(case_sensitive=true)",
          "(['A', 'b'], ['A', 'a', 'b'])"},
         {"[{'a': 1, 'b': 2}, {'a': 1, 'b': 1}]|sort(attribute='a,b')|map(attribute='b')|list",
          "[1, 2]"},
         {"{'b': 1, 'A': 2}|dictsort, {'b': 1, 'A': 2}|dictsort(by='value', reverse=true)",
          "([('A', 2), ('b', 1)], [('A', 2), ('b', 1)])"},
         {"['a', 'A', 'b']|unique|list", "['a', 'b']"},
         {"[2, 3]|max, ['b', 'A']|min, [{'k': 1}]|max(attribute='k')", "(3, 'A', {'k': 1})"},
         {"[{'k': 'x', 'v': 1}, {'k': 'X', 'v': 2}]|groupby('k')|map('first')|list", "['x']"}});
  EXPECT_EQ(error_of("{{ [1, 'a']|sort }}").kind, ErrorKind::bad_input);
}

TEST(Filters, Selection) {
  const base::Json users = {{"u", {{{"n", "a"}, {"x", 1}}, {{"n", "b"}, {"x", 2}}, {{"n", "c"}}}}};
  check({{"u|map(attribute='n')|join, u|map(attribute='x', default=0)|list", "('abc', [1, 2, 0])"},
         {"u|selectattr('x')|map(attribute='n')|join", "ab"},
         {"u|selectattr('x', 'eq', 2)|map(attribute='n')|join", "b"},
         {"u|rejectattr('x', 'defined')|map(attribute='n')|join", "c"},
         {"[1, 2, 3]|select('odd')|list, [0, 1]|select|list, [1, 2]|reject('gt', 1)|list",
          "([1, 3], [1], [1])"},
         {"['a']|map('replace', 'a', 'b')|first", "b"},
         {"{'a': 1}|attr('a') is defined", "False"}},
        users);
  EXPECT_EQ(error_of("{{ [1]|map('nope')|list }}").kind, ErrorKind::unsupported);
}

TEST(Filters, Values) {
  check({{"x|default('d'), ''|default('d'), ''|d('e', true)", "('d', '', 'e')"},
         {"'42'|int, '4.9'|int, 'x'|int(7), 'ff'|int(0, 16), true|int", "(42, 4, 7, 255, 1)"},
         {"'1.5'|float, 'x'|float(2.5), 3|float", "(1.5, 2.5, 3.0)"},
         {"2.5|round, 2.675|round(2), 1.21|round(1, 'ceil'), 1.29|round(1, 'floor'), 7|round",
          "(2.0, 2.67, 1.3, 1.2, 7)"},
         {"-3|abs, -1.5|abs", "(3, 1.5)"}});
}

TEST(Filters, Json) {
  check({{"{'a': [1, 1.5, none, true], 'é': '\"<\\n'}|tojson",
          R"({"a": [1, 1.5, null, true], "é": "\"<\n"})"},
         {"[1, {}]|tojson(indent=2)", "[\n  1,\n  {}\n]"},
         {"{'b': 1, 'a': 2}|tojson(sort_keys=true, separators=(',', ':'))", R"({"a":2,"b":1})"},
         {"'é😀'|tojson(ensure_ascii=true)", R"("\u00e9\ud83d\ude00")"},
         {"{1: 2, none: 3}|tojson", R"({"1": 2, "null": 3})"}});
  EXPECT_EQ(error_of("{{ x|tojson }}").message,
            "Object of type Undefined is not JSON serializable");
}

TEST(Filters, RefuseWrongArguments) {
  EXPECT_EQ(error_of("{{ 'a'|upper(1) }}").kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{{ 'a'|trim(chars='a', chars2='b') }}").message,
            "trim got an unexpected keyword argument 'chars2'");
  EXPECT_EQ(error_of("{{ 'a'|replace('b') }}").message, "replace misses its argument 'new'");
  EXPECT_EQ(error_of("{{ 'a'|trim('a', chars='b') }}").message,
            "trim got multiple values for argument 'chars'");
}

TEST(Tests, Types) {
  check({{"1 is number, 1.5 is float, true is boolean, 1 is integer, true is integer",
          "(True, True, True, True, False)"},
         {"'a' is string, [] is sequence, {} is mapping, 'a' is iterable, 1 is iterable",
          "(True, True, True, True, False)"},
         {"x is defined, x is undefined, none is none, true is true, 0 is false",
          "(False, True, True, True, False)"},
         {"range is callable, 'upper' is filter, 'odd' is test, ('a'|safe) is escaped",
          "(True, True, True, True)"}});
}

TEST(Tests, Relations) {
  check({{"3 is odd, 3 is even, 9 is divisibleby 3, 1 is in [1], 1 is sameas 1",
          "(True, False, True, True, True)"},
         {"1 is eq 1, 1 is ne 1, 1 is lt 2, 2 is ge 2, 2 is gt 1, 2 is le 1",
          "(True, False, True, True, True, False)"},
         {"'a' is lower, 'A' is upper, '1' is lower", "(True, True, False)"},
         {"1 is not none", "True"}});
}

TEST(Globals, MakeThings) {
  check({{"dict(a=1), dict([('b', 2)]), dict({'c': 3}, d=4)",
          "({'a': 1}, {'b': 2}, {'c': 3, 'd': 4})"},
         {"range(1, 6, 2)|list, range(3, 0, -1)|list", "([1, 3, 5], [3, 2, 1])"},
         {"namespace(a=1).a", "1"}});
  EXPECT_EQ(
      text("{% set c = cycler(1, 2) %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}"
           "{{ c.next() }}"),
      "121None1");
  EXPECT_EQ(text("{% set j = joiner('|') %}{{ j() }}a{{ j() }}b"), "a|b");
  EXPECT_EQ(error_of("{{ lipsum() }}").kind, ErrorKind::unsupported);
}

TEST(Methods, Strings) {
  check({{"' a '.strip() ~ ' a'.lstrip() ~ 'a '.rstrip()", "aaa"},
         {"'a,b,c'.split(','), ' a  b '.split(), 'a,b,c'.split(',', 1), 'a,b,c'.rsplit(',', 1)",
          "(['a', 'b', 'c'], ['a', 'b'], ['a', 'b,c'], ['a,b', 'c'])"},
         {"'abc'.find('c'), 'abc'.find('x'), 'aXa'.rfind('a'), 'abc'.index('b'), 'aaa'.count('a')",
          "(2, -1, 2, 1, 3)"},
         {"'abc'.startswith('ab'), 'abc'.endswith(('x', 'c')), 'abc'.startswith('b', 1)",
          "(True, True, True)"},
         {"'a-b'.partition('-'), 'a'.rpartition('-')", "(('a', '-', 'b'), ('', '', 'a'))"},
         {"'ab'.removeprefix('a'), 'ab'.removesuffix('b'), 'a\nb'.splitlines()",
          "('b', 'a', ['a', 'b'])"},
         {"'a'.center(4, '*'), 'a'.ljust(3) ~ '|', 'a'.rjust(3), '-5'.zfill(4)",
          "('*a**', 'a  |', '  a', '-005')"},
         {"'aB'.upper(), 'aB'.lower(), 'aB'.swapcase(), 'aB c'.title(), 'aB'.capitalize()",
          "('AB', 'ab', 'Ab', 'Ab C', 'Ab')"},
         {"'-'.join(['a', 'b']), 'aXa'.replace('a', 'b')", "('a-b', 'bXb')"},
         {"'a1'.isalnum(), 'a'.isalpha(), '1'.isdigit(), ' '.isspace(), 'Ab'.istitle()",
          "(True, True, True, True, True)"},
         {"'{:>4}|{:<4}|{:^4}|{:+.1f}|{:,}|{:x}'.format('a', 'b', 'c', 1.25, 1000, 255)",
          "   a|b   | c  |+1.2|1,000|ff"},
         {"'%5.1f|%-4d|%04d|%x|%r|%%' % (1.25, 5, 42, 255, 'a')", "  1.2|5   |0042|ff|'a'|%"},
         {"'%(a)s' % {'a': 1}", "1"}});
}

TEST(Methods, Containers) {
  check(
      {{"{'a': 1}.get('a'), {}.get('x'), {}.get('x', 2)", "(1, None, 2)"},
       {"{'a': 1}.keys()|list, {'a': 1}.values()|list, {'a': 1}.copy()", "(['a'], [1], {'a': 1})"},
       {"[1, 2, 1].count(1), [1, 2].index(2), [1].copy()", "(2, 1, [1])"}});
}

TEST(Tables, NamesAreFound) {
  EXPECT_NE(find_filter("tojson"), nullptr);
  EXPECT_EQ(find_filter("nope"), nullptr);
  EXPECT_NE(find_test("defined"), nullptr);
  EXPECT_EQ(find_test("nope"), nullptr);
}

}  // namespace
}  // namespace ashlar::chat
