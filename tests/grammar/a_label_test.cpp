// A-labels: what IDNA2008 lets into a host name.
#include "grammar/a_label.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TEST(ALabel, OfValidCharacters) {
  for (const char* label : {"xn--nxasmq6b", "XN--NXASMQ6B", "xn--zca", "xn--mgbaam7a8h"})
    EXPECT_TRUE(is_a_label(label)) << label;
}

TEST(ALabel, Broken) {
  // Nothing, no non-ASCII character, over the last code point, cut, a digit that isn't one.
  for (const char* label : {"xn--", "xn--abc-", "xn--99999999", "xn--a-", "xn--!", "xn---"})
    EXPECT_FALSE(is_a_label(label)) << label;
}

TEST(ALabel, ContextRules) {
  EXPECT_TRUE(is_a_label("xn--ll-0ea"));        // l·l
  EXPECT_FALSE(is_a_label("xn--l-gda"));        // ·l
  EXPECT_TRUE(is_a_label("xn--11b2ezcw70k"));   // ZWNJ behind a virama
  EXPECT_FALSE(is_a_label("xn--11b2er09f"));    // ZWJ behind none
  EXPECT_TRUE(is_a_label("xn--ngba5hb2804a"));  // ZWNJ between letters that join
}

}  // namespace
}  // namespace ashlar::grammar
