// "{}".format(): which value a field names, and what a field may not be.
#include "chat/format.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::error_of;
using test::refused;

TEST(FormatBraces, FieldsAreCountedNumberedOrNamed) {
  check({{"'{}-{}'.format('a', 1)", "a-1"},
         {"'{1}{0}{1} {00}{01}'.format(1, 2)", "212 12"},
         {"'{a} {b} {a b}'.format(a=1, **{'b': 2, 'a b': 3})", "1 2 3"},
         {"'{} {a} {}'.format(1, 2, a=3)", "1 3 2"},
         {"'x'.format(1, a=2)", "x"}});
}

TEST(FormatBraces, DoubledBracesAreText) {
  check({{"'a{{b}}c{}'.format(1)", "a{b}c1"},
         {"'}} {{'.format()", "} {"},
         {"'{{{}}}'.format(1)", "{1}"}});
}

TEST(FormatBraces, PathsGoThroughAttributesAndItems) {
  check({{"'{0[k][1]} {0.k}'.format({'k': [1, 2]})", "2 [1, 2]"},
         {"'{a[0]} {n.v}'.format(a=[7], n=namespace(v=8))", "7 8"},
         {"'{0[é]}'.format({'é': 1})", "1"},
         {"'[{0[9]}{0[-1]}{0.nope}]'.format([1])", "[]"}});  // undefined prints as nothing
}

TEST(FormatBraces, ConversionsComeBeforeTheSpecification) {
  check({{"'{!r} {!s} {a!r}'.format('x', 'y', a=1)", "'x' y 1"},
         {"'{!r:>5}|{!s:<4}|{:}'.format('b', 1.5, 1.5)", "  'b'|1.5 |1.5"},
         {"'{} {} {!s:>6}'.format(none, [1], none)", "None [1]   None"}});
}

TEST(FormatBraces, MistakesAreNamed) {
  refused({
      {"'}'.format()", "Single '}' encountered in format string"},
      {"'a{'.format()", "Single '{' encountered in format string"},
      {"'{} {}'.format(1)", "Replacement index 1 out of range for positional args tuple"},
      {"'{x}'.format(1)", "'x'"},
      {"'{ 0}'.format(1)", "' 0'"},
      {"'{0} {}'.format(1, 2)",
       "cannot switch between manual field specification and automatic numbering"},
      {"'{0[0}'.format([1])", "Missing ']' in format string"},
      {"'{0[a]b}'.format({'a': 1})", "Missing ']' in format string"},
      {"'{!}'.format(1)", "bad conversion in format string"},
      {"'{!rr}'.format(1)", "bad conversion in format string"},
      {"'{:.}'.format(1.5)", "Format specifier missing precision"},
      {"'{:99999999999999999999}'.format(1)", "Too many decimal digits in format string"},
      {"'{:5k}'.format(1)", "Invalid format specifier"},
      {"'{:5}'.format(none)", "unsupported format string passed to NoneType.__format__"},
      {"'{:5}'.format([1])", "unsupported format string passed to list.__format__"},
  });
}

TEST(FormatBraces, WhatIsLeftOutSaysSo) {
  for (const char* expression :
       {"'{:{}}'.format(1, 2)", "'{!a}'.format('x')", "('{}'|safe).format('<')"})
    EXPECT_EQ(error_of("{{ " + std::string(expression) + " }}").kind, ErrorKind::unsupported)
        << expression;
}

}  // namespace
}  // namespace ashlar::chat
