// "…" % values and "…".format(values).
#include "chat/format.h"

#include <gtest/gtest.h>

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::error_of;
using test::text;

std::string of(std::string_view expression) {
  return text("{{ " + std::string(expression) + " }}");
}

TEST(Printf, Conversions) {
  EXPECT_EQ(of("'%s %r %d %i %x %X %o %%' % ('a', 'b', 5, 6, 255, 255, 8)"),
            "a 'b' 5 6 ff FF 10 %");
  EXPECT_EQ(of("'%f %.2f %e %g %G' % (1.5, 2.675, 12345.678, 0.00001, 1e20)"),
            "1.500000 2.67 1.234568e+04 1e-05 1E+20");
  EXPECT_EQ(of("'%s %s %s' % (none, true, [1])"), "None True [1]");
  EXPECT_EQ(of("'%d' % 3.99"), "3");
}

TEST(Printf, FlagsWidthPrecision) {
  EXPECT_EQ(of("'%5d|%-5d|%05d|%+d|% d|%#x' % (42, 42, 42, 42, 42, 255)"),
            "   42|42   |00042|+42| 42|0xff");
  EXPECT_EQ(of("'%5s|%-5s|%.2s|%05s' % ('abc', 'abc', 'abc', 'abc')"), "  abc|abc  |ab|  abc");
  EXPECT_EQ(of("'%*d|%.*f' % (5, 42, 1, 2.55)"), "   42|2.5");
  EXPECT_EQ(of("'%08.3f|%-8.1f|' % (-3.14159, 2.5)"), "-003.142|2.5     |");
}

TEST(Printf, OneValueATupleOrNames) {
  EXPECT_EQ(of("'%s' % 'a'"), "a");
  EXPECT_EQ(of("'%(a)s-%(b)d' % {'a': 1, 'b': 2}"), "1-2");
  EXPECT_EQ(of("'%s' % [1, 2]"), "[1, 2]");
  EXPECT_EQ(of("'x' % {}"), "x");
}

TEST(Printf, Errors) {
  EXPECT_EQ(error_of("{{ '%s %s' % ('a',) }}").message, "not enough arguments for format string");
  EXPECT_EQ(error_of("{{ '%s' % ('a', 'b') }}").message,
            "not all arguments converted during string formatting");
  EXPECT_EQ(error_of("{{ '%d' % 'x' }}").message, "%d format: a real number is required, not str");
  EXPECT_EQ(error_of("{{ '%q' % 1 }}").message, "unsupported format character 'q' (0x71)");
  EXPECT_EQ(error_of("{{ '%' % 1 }}").message, "incomplete format");
  EXPECT_EQ(error_of("{{ '%(a' % {} }}").message, "incomplete format key");
  EXPECT_EQ(error_of("{{ '%.9999f' % 1.5 }}").kind, ErrorKind::too_large);
}

TEST(Braces, Fields) {
  EXPECT_EQ(of("'{} {}'.format('a', 1.5)"), "a 1.5");
  EXPECT_EQ(of("'{1}{0}{1}'.format(1, 2)"), "212");
  EXPECT_EQ(of("'{a} {b!r} {{}}'.format(a=1, b='x')"), "1 'x' {}");
  EXPECT_EQ(of("'{0.k} {0[k]} {1[0]}'.format({'k': 1}, [2])"), "1 1 2");
  EXPECT_EQ(of("'{}'.format([1])"), "[1]");
}

TEST(Braces, Specifications) {
  EXPECT_EQ(of("'{:>5}|{:<5}|{:^5}|{:*^5}|{:5}|{:5}'.format('a', 'b', 'c', 'd', 'e', 7)"),
            "    a|b    |  c  |**d**|e    |    7");
  EXPECT_EQ(of("'{:06.2f}|{:+d}|{:,}|{:_}|{:x}|{:#b}|{:.1%}|{:.3}'.format(3.14159, 5, 1234567, "
               "1000, 255, 5, 0.256, 'abcdef')"),
            "003.14|+5|1,234,567|1_000|ff|0b101|25.6%|abc");
  EXPECT_EQ(of("'{:e}|{:g}|{:G}|{:n}|{: }'.format(12345.678, 1e10, 1e-10, 5, 5)"),
            "1.234568e+04|1e+10|1E-10|5| 5");
  EXPECT_EQ(of("'{:é>3}|{:=+5}'.format('a', 7)"), "ééa|+   7");
  EXPECT_EQ(of("'{}|{:d}|{:s}'.format(true, true, 'x')"), "True|1|x");
}

TEST(Braces, Errors) {
  EXPECT_EQ(error_of("{{ '{}'.format() }}").kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{{ '{a}'.format() }}").message, "'a'");
  EXPECT_EQ(error_of("{{ '{} {0}'.format(1) }}").kind, ErrorKind::bad_input);
  EXPECT_EQ(error_of("{{ '{'.format() }}").message, "Single '{' encountered in format string");
  EXPECT_EQ(error_of("{{ '}'.format() }}").message, "Single '}' encountered in format string");
  EXPECT_EQ(error_of("{{ '{:d}'.format('a') }}").message,
            "Unknown format code 'd' for object of type 'str'");
  EXPECT_EQ(error_of("{{ '{:zz}'.format(1) }}").message, "Invalid format specifier");
  EXPECT_EQ(error_of("{{ '{:{}}'.format(1, 2) }}").kind, ErrorKind::unsupported);
  EXPECT_EQ(error_of("{{ '{0.__class__.x}'.format(1) }}").kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace ashlar::chat
