// Methods of strings as Python has them: bounds, tuples of prefixes, arguments by place.
#include "chat/methods.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::refused;

TEST(StringMethods, FindCountsCharactersInsideItsBounds) {
  check({{"'héllo'.find('l'), 'héllo'.find('l', 3), 'héllo'.find('l', 0, 2)", "(2, 3, -1)"},
         {"'héllo'.find('l', -2), 'héllo'.find('l', -3, -1), 'abc'.find('b', none, none)",
          "(3, 2, 1)"},
         {"'abc'.find('', 3), 'abc'.find('', 4), 'abc'.find('b', 99), 'abc'.find('b', -99)",
          "(3, -1, -1, 1)"},
         {"'aXaXa'.rfind('X'), 'aXaXa'.rfind('X', 0, 3), 'abc'.rfind('', 0, 1)", "(3, 1, 1)"},
         {"'aXa'.index('a', 1), 'aXa'.rindex('a')", "(2, 2)"}});
  refused({{"'abc'.index('z')", "substring not found"},
           {"'abc'.rindex('z')", "substring not found"},
           {"'abc'.find(1)", "a string is needed here, not 'int'"},
           {"'abc'.find('a', 'b')", "'str' object cannot be interpreted as an integer"},
           {"'abc'.find(sub='a')", "find takes no keyword arguments"}});
}

TEST(StringMethods, CountNeverOverlaps) {
  check({{"'aaa'.count('a'), 'aaaa'.count('aa'), 'aaa'.count('a', 1, 2)", "(3, 2, 1)"},
         {"'héé'.count(''), ''.count(''), 'abc'.count('', 4), 'abc'.count('a', 2, 1)",
          "(4, 1, 0, 0)"}});
}

TEST(StringMethods, StartsAndEndsWithOneOfMany) {
  check(
      {{"'hello'.startswith('l', 2), 'hello'.startswith('ell', 1, 3)", "(True, False)"},
       {"'hello'.startswith(('x', 'he')), 'hello'.startswith(()), 'hello'.startswith('', 9)",
        "(True, False, False)"},
       {"'hello'.endswith('l', 0, 4), 'hello'.endswith(('x', 'lo')), 'hello'.endswith('hello', 1)",
        "(True, True, False)"},
       {"'a'.startswith(('a', 1))", "True"}});  // stops at the first that fits
  refused({{"'a'.startswith(1)", "startswith first arg must be str or a tuple of str, not int"},
           {"'a'.endswith(['a'])", "endswith first arg must be str or a tuple of str, not list"},
           {"'a'.startswith(('b', 1))", "startswith needs a tuple of str"}});
}

TEST(StringMethods, PrefixesAndSuffixesGoOnce) {
  check({{"'aab'.removeprefix('a'), 'aab'.removeprefix('b'), 'éa'.removeprefix('é')",
          "('ab', 'aab', 'a')"},
         {"'baa'.removesuffix('a'), 'a'.removesuffix('aa'), 'a'.removesuffix('')",
          "('ba', 'a', 'a')"}});
}

TEST(StringMethods, PartitionKeepsTheSeparator) {
  check({{"'a=b=c'.partition('='), 'a=b=c'.rpartition('=')",
          "(('a', '=', 'b=c'), ('a=b', '=', 'c'))"},
         {"'abc'.partition('='), 'abc'.rpartition('=')", "(('abc', '', ''), ('', '', 'abc'))"}});
  refused({{"'a'.partition('')", "empty separator"},
           {"'a'.partition(none)", "a string is needed here, not 'NoneType'"}});
}

TEST(StringMethods, PaddingToAWidth) {
  check({{"'ab'.center(5, '*'), 'a'.center(4, '*'), 'abc'.center(-1)", "('**ab*', '*a**', 'abc')"},
         {"'é'.ljust(3, 'ü'), 'é'.rjust(3, '.'), 'a'.ljust(2)", "('éüü', '..é', 'a ')"},
         {"'7'.zfill(3), '-7'.zfill(4), '+7'.zfill(4), '--1'.zfill(5), '123'.zfill(2)",
          "('007', '-007', '+007', '-00-1', '123')"}});
  refused({{"'a'.center(5, 'xy')", "The fill character must be exactly one character long"},
           {"'a'.rjust('5')", "'str' object cannot be interpreted as an integer"},
           {"'7'.zfill()", "zfill takes 1 to 1 arguments (0 given)"}});
}

TEST(StringMethods, StrippingSplittingReplacing) {
  check({{"' a '.strip(none), 'a b'.split(maxsplit=0), 'a,b,c'.rsplit(',', maxsplit=1)",
          "('a', ['a b'], ['a,b', 'c'])"},
         {"'a\\nb'.splitlines(keepends=true), 'aXbX'.replace('X', '-', 1)",
          "(['a\\n', 'b'], 'a-bX')"}});
  refused({{"'a'.split('')", "empty separator"},
           {"'a'.split(limit=1)", "split() got an unexpected keyword argument 'limit'"},
           {"'a'.splitlines(1, 2)", "splitlines() takes at most 1 arguments (2 given)"},
           {"'a'.strip(1)", "a string is needed here, not 'int'"},
           {"'a'.replace('a')", "str.replace() takes 2 to 3 arguments (1 given)"},
           {"'a'.replace('a', 'b', count=1)", "str.replace() takes no keyword arguments"}});
}

TEST(StringMethods, JoinTakesOnlyStrings) {
  check({{"', '.join('abc'), '-'.join([]), '-'.join({'a': 1, 'b': 2})", "('a, b, c', '', 'a-b')"}});
  refused({{"'-'.join(['a', none])", "sequence item 1: expected str instance, NoneType found"},
           {"'-'.join(1)", "'int' object is not iterable"}});
}

TEST(StringMethods, MarkupEscapesWhatItTakesIn) {
  check({{"('-'|safe).join(['<', '>'|safe])", "&lt;->"},
         {"('a'|safe).replace('a', '<')", "&lt;"},
         {"'-'.join(['<'|safe]) is escaped, (('-'|safe).join([])) is escaped", "(False, True)"}});
}

TEST(StringMethods, WholeTextOnesTakeNoArguments) {
  check({{"'aB'.upper(), 'aB'.lower(), 'aB'.swapcase(), 'aB c'.title(), 'aB'.capitalize()",
          "('AB', 'ab', 'Ab', 'Ab C', 'Ab')"}});
  refused({{"'a'.upper(1)", "this method takes 0 to 0 arguments (1 given)"},
           {"'a'.title(x=1)", "this method takes no keyword arguments"}});
}

TEST(StringMethods, WhatCharactersAre) {
  check({{"'é'.isalpha(), 'a1'.isalpha(), ''.isalpha(), 'a1'.isalnum()",
          "(True, False, False, True)"},
         {"'1²'.isdigit(), '1²'.isdecimal(), '½'.isnumeric()", "(True, False, True)"},
         {"'aé'.isascii(), ''.isascii(), 'a\\n'.isprintable(), ' \\t'.isspace()",
          "(False, True, False, True)"},
         {"'Ab Cd'.istitle(), 'Ab cd'.istitle(), 'A1B'.istitle(), 'A1b'.istitle(), '1'.istitle()",
          "(True, False, True, False, False)"},
         {"'ab1'.islower(), 'AB1'.isupper(), '1'.islower(), 'aB'.isupper()",
          "(True, True, False, False)"}});
}

}  // namespace
}  // namespace ashlar::chat
