// How one field is printed: numbers in parts, widths, and letters that don't fit the value.
#include "chat/format_spec.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::error_of;
using test::refused;
using test::text;

TEST(FormatSpec, IntegersInEveryBase) {
  check({{"'{:d} {:x} {:X} {:o} {:b} {:n}'.format(42, 255, 255, 8, 5, 1234567)",
          "42 ff FF 10 101 1234567"},
         {"'{:#x} {:#X} {:#o} {:#b} {:#d}'.format(255, 255, 8, 0, 5)", "0xff 0XFF 0o10 0b0 5"},
         {"'{:x} {:d} {:#x}'.format(-255, -7, -255)", "-ff -7 -0xff"},
         {"'{:d}|{:x}'.format(true, true)", "1|1"},
         {"'{:d} {:d}'.format(-9223372036854775807 - 1, 9223372036854775807)",
          "-9223372036854775808 9223372036854775807"}});
}

TEST(FormatSpec, SignsStandBeforeThePrefix) {
  check({{"'{:+d} {: d} {:-d} {:+d}'.format(7, 7, 7, -7)", "+7  7 7 -7"},
         {"'{:+.1f} {: .1f} {:f}'.format(1.25, 1.25, -0.0)", "+1.2  1.2 -0.000000"},
         {"'{:+#x} {:#010x} {:=+8,}'.format(255, 255, 1234)", "+0xff 0x000000ff +  1,234"}});
}

TEST(FormatSpec, ThousandsAndNibbles) {
  check({{"'{:,} {:,} {:,} {:_d}'.format(999, 1000, -1234567, 1234)", "999 1,000 -1,234,567 1_234"},
         {"'{:,.2f} {:,} {:,.1%}'.format(1234567.891, 12345.5, 12345.678)",
          "1,234,567.89 12,345.5 1,234,567.8%"},
         {"'{:_x} {:_b}'.format(1048575, 255)", "f_ffff 1111_1111"}});
}

TEST(FormatSpec, FloatsByTheirLetter) {
  check({{"'{:f} {:.0f} {:.1f} {:.1f} {:.2f}'.format(1, 2.5, 0.25, 0.35, 5)",
          "1.000000 2 0.2 0.3 5.00"},  // half to even, on the exact value
         {"'{:e} {:.2e} {:E} {:.0e}'.format(5, 0.00012345, 12345.678, 15.0)",
          "5.000000e+00 1.23e-04 1.234568E+04 2e+01"},
         {"'{:g} {:g} {:.3g} {:G} {:.0g}'.format(100000, 1000000, 1234.5, 1e20, 25.0)",
          "100000 1e+06 1.23e+03 1E+20 2e+01"},
         {"'{:%} {:.0%} {:.1%}'.format(0.5, 0.125, 1)", "50.000000% 12% 100.0%"},
         {"'{:10} {:.3} {:n}'.format(1.5, 1234.5, 1.5)", "       1.5 1.23e+03 1.5"},
         {"'{:.2} {:.2} {:.3} {:.1} {:.4}'.format(2.0, 12.0, 10.0, 10.0, 100.0)",
          "2.0 1.2e+01 10.0 1e+01 100.0"},
         {"'{:5}|{:<06d}|{}'.format(true, 42, true)", "    1|420000|True"},
         {"'%.*f' % (-1, 2.5)", "2"},
         {"'{:.30f}'.format(0.1)", "0.100000000000000005551115123126"}});
}

TEST(FormatSpec, WhatIsNoFiniteNumber) {
  const base::Json words = {{"i", "inf"}, {"n", "nan"}};
  check(
      {{"'{:f} {:F} {:G} {:e}'.format(i|float, i|float, i|float, -(i|float))", "inf INF INF -inf"},
       {"'{:f} {:E} {:+f}'.format(n|float, n|float, n|float)", "nan NAN +nan"},
       {"'{:%} {:6} {:06}'.format(i|float, i|float, i|float)", "inf%    inf 000inf"}},
      words);
}

TEST(FormatSpec, AlignsNumbersRightAndTextLeft) {
  check({{"'{:5}|{:5}|{:^5}|{:<5}|{:>5}'.format(7, 'ab', 7, 7, 'ab')",
          "    7|ab   |  7  |7    |   ab"},
         {"'{:*<5}|{:*>5}|{:*^5}|{:*=5}'.format(-42, -42, -42, -42)", "-42**|**-42|*-42*|-**42"},
         {"'{:06d}|{:06.1f}|{:+06d}'.format(-42, -1.5, 42)", "-00042|-001.5|+00042"},
         {"'{:^4}|{:é^5}'.format('abc', 'a')", "abc |ééaéé"},  // the odd one goes right
         {"'{:5.2}|{:.0}|{:1}'.format('wörld', 'abc', 'abc')", "wö   ||abc"}});
}

TEST(FormatSpec, ALetterMustFitTheValue) {
  refused({{"'{:d}'.format(1.5)", "Unknown format code 'd' for object of type 'float'"},
           {"'{:s}'.format(5)", "Unknown format code 's' for object of type 'int'"},
           {"'{:x}'.format('a')", "Unknown format code 'x' for object of type 'str'"},
           {"'{:c}'.format('a')", "Unknown format code 'c' for object of type 'str'"},
           {"'{:=5}'.format('a')", "'=' alignment not allowed in string format specifier"},
           {"'%x' % 1.5", "Unknown format code 'x' for object of type 'float'"}});
}

TEST(FormatSpec, PrecisionIsBounded) {
  EXPECT_EQ(text("{{ '{:.500f}'.format(1.5)|length }}"), "502");
  EXPECT_EQ(error_of("{{ '{:.701f}'.format(1.5) }}").message, "a precision of 701 is over 700");
  EXPECT_EQ(error_of("{{ '{:010,}'.format(1234) }}").kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace ashlar::chat
