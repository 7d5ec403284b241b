// Mapping case: whole words, characters that become several, and whose bytes they stay.
#include "chat/string_ops.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::marked;

TEST(StringCase, OneCharacterMayBecomeSeveral) {
  check({{"'ßŉﬁ'|upper, 'ß'.swapcase(), 'ﬁx'|capitalize, 'ǆ'.title(), 'ǆ'|upper",
          "('SSʼNFI', 'SS', 'Fix', 'ǅ', 'Ǆ')"},
         {"'İ'.lower()|length, 'ẞ'|lower", "(2, 'ß')"}});
}

TEST(StringCase, ASigmaAtTheEndOfAWord) {
  check({{"'ΑΣ Σ'|lower, 'ΑΣΑ'|lower, 'aΣ.'|lower, 'aΣ.b'|lower", "('ας σ', 'ασα', 'aς.', 'aσ.b')"},
         {"'ΟΔΟΣ'|capitalize, 'ΟΔΟΣ'.title(), 'aΣ'.swapcase()", "('Οδος', 'Οδος', 'Aς')"}});
}

TEST(StringCase, TitleOfTheMethodAndOfTheFilter) {
  check(
      {{"\"it's 3rd x_y\".title(), \"it's 3rd x_y\"|title", "(\"It'S 3Rd X_Y\", \"It's 3rd X_y\")"},
       {"'a-b (c [d {e <f'|title, 'aBC\\tdEF'|title", "('A-B (C [D {E <F', 'Abc\\tDef')"},
       {"'ΟΔΟΣ ΑΣ'|title", "Οδος Ασ"}});  // the rest of a word is lowered without its first letter
}

TEST(StringCase, OnlyTheFirstIsCapitalized) {
  check({{"'éA b'|capitalize, '1A'|capitalize, ''|capitalize, 5|upper, none|lower",
          "('Éa b', '1a', '', '5', 'none')"}});
}

TEST(StringCase, MarkupAndOwnersStay) {
  check({{"(('a'|safe)|upper) is escaped, ('a'|upper) is escaped", "(True, False)"}});
  const base::Json input = {{"c", "ßΣ"}};
  EXPECT_EQ(marked("{{ ('ß' ~ c ~ 'ß')|upper }}", input), "SS[SSΣ]SS");
  EXPECT_EQ(marked("{{ ('AΑ' ~ c)|lower }}", input), "aα[ßς]");
  EXPECT_EQ(marked("{{ ('a-' ~ c ~ c ~ 'B')|capitalize }}", input), "A-[ßσßσ]b");
  EXPECT_EQ(marked("{{ (c|upper ~ 'x')|title }}", input), "[Ssσ]x");
}

}  // namespace
}  // namespace ashlar::chat
