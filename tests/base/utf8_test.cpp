// UTF-8 as Python's decoder sees it. The expected repairs are what
// bytes.decode("utf-8", "replace") gives.
#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ashlar::base {
namespace {

using namespace std::string_literals;

constexpr const char* kMark = "\xEF\xBF\xBD";

std::string marks(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += kMark;
  return text;
}

TEST(Utf8, TellsWhereItEnds) {
  EXPECT_EQ(first_invalid_utf8("\xE4\xBD\xA0 a"), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("\xE4\xBD\xA0\x80"), 3u);
  EXPECT_EQ(first_invalid_utf8("ab\xE4\xBD"), 2u);
}

TEST(Utf8, MaximalSubpartsBecomeOneMarkEach) {
  struct Case {
    std::string bytes, text;
    std::size_t replaced;
  };
  const Case cases[] = {
      {"plain", "plain", 0},
      {"\xE4\xBD\xA0", "\xE4\xBD\xA0", 0},
      {"\x80", marks(1), 1},
      {"\xC0\xAF", marks(2), 2},                                    // overlong
      {"\xE0\x80\x80", marks(3), 3},                                // overlong
      {"\xED\xA0\x80", marks(3), 3},                                // a surrogate
      {"\xF0\x9F\x98", marks(1), 1},                                // cut at the end
      {"a\xF0\x9F\x98z", "a" + marks(1) + "z", 1},                  // cut in the middle
      {"\xF4\x90\x80\x80", marks(4), 4},                            // above U+10FFFF
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", marks(4) + "A", 4},  // Unicode 15, table 3-11
      {"\0x"s, "\0x"s, 0},
  };
  for (const Case& c : cases) {
    const Repaired repaired = repair_utf8(c.bytes);
    EXPECT_EQ(repaired.text, c.text);
    EXPECT_EQ(repaired.replaced, c.replaced) << c.text;
    EXPECT_EQ(is_utf8(c.bytes), c.replaced == 0);
  }
}

TEST(Utf8, IncompleteSuffixIsWhatMoreBytesCouldComplete) {
  EXPECT_EQ(incomplete_suffix("abc"), 0u);
  EXPECT_EQ(incomplete_suffix("abc\xF0"), 1u);
  EXPECT_EQ(incomplete_suffix("abc\xF0\x9F"), 2u);
  EXPECT_EQ(incomplete_suffix("abc\xF0\x9F\x98"), 3u);
  EXPECT_EQ(incomplete_suffix("abc\xF0\x9F\x98\x80"), 0u);
  EXPECT_EQ(incomplete_suffix("\x80"), 0u);      // nothing can save it
  EXPECT_EQ(incomplete_suffix("\xED\xA0"), 0u);  // a surrogate's begin is broken already
  EXPECT_EQ(incomplete_suffix(""), 0u);
}

RC_GTEST_PROP(Utf8, EveryCodePointRoundTrips, ()) {
  const auto value = *rc::gen::suchThat(rc::gen::inRange(0, 0x110000),
                                        [](int v) { return v < 0xD800 || v > 0xDFFF; });
  std::string text;
  append_utf8(text, static_cast<char32_t>(value));
  const CodePoint point = code_point_at(text, 0);
  RC_ASSERT(point.valid);
  RC_ASSERT(point.value == static_cast<char32_t>(value));
  RC_ASSERT(point.bytes == text.size());
}

RC_GTEST_PROP(Utf8, RepairGivesUtf8AndIsIdempotent, (const std::string& bytes)) {
  const Repaired repaired = repair_utf8(bytes);
  RC_ASSERT(is_utf8(repaired.text));
  RC_ASSERT(repair_utf8(repaired.text).replaced == 0u);
  RC_ASSERT((repaired.replaced == 0) == (repaired.text == bytes));
}

}  // namespace
}  // namespace ashlar::base
