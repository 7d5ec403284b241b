// "%" with its flags, stars and names.
#include "chat/format.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::error_of;
using test::refused;

TEST(FormatPrintf, EveryLetter) {
  check({{"'%d %i %u' % (3.99, -3.99, true)", "3 -3 1"},
         {"'%x %X %o %#x %#X %#o' % (255, 255, 8, 0, 255, 8)", "ff FF 10 0x0 0XFF 0o10"},
         {"'%f %F %e %E' % (1, 2.5, 12345.678, 0.00012)",
          "1.000000 2.500000 1.234568e+04 1.200000E-04"},
         {"'%g %g %G %.3g' % (100000, 1e-5, 1e20, 1234.5)", "100000 1e-05 1E+20 1.23e+03"},
         {"'%s %r %a %c' % ('é', 'é', 'e', 'é')", "é 'é' 'e' é"},
         {"'%s %s %r' % (none, 1.0, 1e16)", "None 1.0 1e+16"},
         {"'%d%%' % 50", "50%"}});
}

TEST(FormatPrintf, FlagsWidthsAndPrecisions) {
  check({{"'%5d|%-5d|%05d|%-05d|%+d|% d|%+ d' % (7, 7, 7, 7, 7, 7, 7)",
          "    7|7    |00007|7    |+7| 7|+7"},
         {"'%.3d|%5.3d|%-5.3d|%08.3d' % (7, 7, 7, -7)", "007|  007|007  |-0000007"},
         {"'%06.1f|%-6.1f|%.f' % (-1.25, 1.25, 2.5)", "-001.2|1.2   |2"},
         {"'%5s|%-5s|%05s|%.2s|%5.1s|%.s|' % ('a', 'b', 'c', 'def', 'ghi', 'j')",
          "    a|b    |    c|de|    g||"},
         {"'%5c|%-3c|%5r' % ('a', 'b', 'c')", "    a|b  |  'c'"},
         {"'%#5x|%#05x|%-#6x|%08x' % (10, 10, 10, 10)", "  0xa|0x00a|0xa   |0000000a"},
         {"'%ld %hd %Lf' % (3, 4, 1.5)", "3 4 1.500000"}});  // C's lengths mean nothing
}

TEST(FormatPrintf, StarsTakeValues) {
  check({{"'%*d|%-*d|%*d' % (4, 42, 4, 42, -4, 42)", "  42|42  |42  "},
         {"'%.*f|%*.*f' % (1, 2.25, 6, 1, 2.25)", "2.2|   2.2"}});
}

TEST(FormatPrintf, NamesComeFromAMapping) {
  check({{"'%(a)s %(b)5.1f %(a)r %()s' % {'a': 'x', 'b': 1.25, '': 0}", "x   1.2 'x' 0"},
         {"'%s' % {'a': 1}", "{'a': 1}"},
         {"'x' % {'a': 1}", "x"},  // a mapping need not be used up
         {"'%(x)s'|format(x=1)", "1"}});
}

TEST(FormatPrintf, OneTupleHoldsAllTheValues) {
  check({{"'%s' % [1, 2]", "[1, 2]"},
         {"'%s' % ((1, 2),)", "(1, 2)"},
         {"'x' % ()", "x"},
         {"'%s|%r' % (missing, missing)", "|Undefined"}});
}

TEST(FormatPrintf, MarkupEscapesWhatItTakesIn) {
  check({{"('%s'|safe) % '<'", "&lt;"},
         {"('%d%r'|safe) % (5, '<')", "5&#39;&lt;&#39;"},
         {"('%s'|safe) % ('<'|safe)", "<"},
         {"('%s' % ('<'|safe)) is escaped, (('%s'|safe) % 1) is escaped", "(False, True)"}});
}

TEST(FormatPrintf, MistakesAreNamed) {
  refused({
      {"'%s%s' % (1,)", "not enough arguments for format string"},
      {"'%*d' % (1,)", "not enough arguments for format string"},
      {"'%s' % (1, 2)", "not all arguments converted during string formatting"},
      {"'x' % 1", "not all arguments converted during string formatting"},
      {"'%*d' % ('a', 1)", "* wants int"},
      {"'%(a)s' % 5", "format requires a mapping"},
      {"'%(b)s' % {'a': 1}", "'b'"},
      {"'%(a' % {'a': 1}", "incomplete format key"},
      {"'%5' % 1", "incomplete format"},
      {"'%z' % 1", "unsupported format character 'z' (0x7a)"},
      {"'%d' % 'x'", "%d format: a real number is required, not str"},
      {"'%x' % none", "%x format: a real number is required, not NoneType"},
      {"'%d' % missing", "'missing' is undefined"},
      {"'%s'|format(1, a=2)", "can't handle positional and keyword arguments at the same time"},
  });
  EXPECT_EQ(error_of("{{ '%c' % 65 }}").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_of("{{ '%.1001f' % 1.5 }}").kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::chat
