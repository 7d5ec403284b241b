#include "cli/pieces_view.h"

#include <gtest/gtest.h>

#include "tests/tokenizer/small_vocabulary.h"

namespace ashlar::cli {
namespace {

using tokenizer::TokenId;

std::string view(const std::vector<TokenId>& ids, bool colour) {
  test::SmallVocabulary small = test::SmallVocabulary::of_bytes();
  small.merge("a", "b");  // 256
  small.merge("Ċ", "Ċ");  // 257
  small.add("<s>", 3);    // 258
  return view_pieces(*small.load(), ids, colour);
}

TEST(PiecesView, PutsBarsBetweenTokensWithoutColour) {
  EXPECT_EQ(view({258, 256, 'c'}, false), "<s>│ab│c\n\n258 256 99\n3 tokens, 6 bytes\n");
  EXPECT_EQ(view({}, false), "\n\n\n0 tokens, 0 bytes\n");
}

TEST(PiecesView, ShowsWhiteSpaceAndBytesThatAreNoCharacter) {
  EXPECT_EQ(view({' ', '\t', 0xC3, 0x1B}, false),
            "·│→│‹C3›│‹1B›\n\n32 9 195 27\n4 tokens, 4 bytes\n");
  EXPECT_EQ(view({'a', 257, 'b'}, false), "a│↵\n↵\n│b\n\n97 257 98\n3 tokens, 4 bytes\n");
}

TEST(PiecesView, AlternatesBackgroundsAndEndsThemWithTheLine) {
  const std::string blue = "\x1b[97;48;5;24m", violet = "\x1b[97;48;5;54m", off = "\x1b[0m";
  EXPECT_EQ(view({256, 257, 258}, true), blue + "ab" + off + violet + "↵" + off + "\n" + violet +
                                             "↵" + off + "\n" + blue + "\x1b[1m<s>" + off +
                                             "\n\n256 257 258\n3 tokens, 7 bytes\n");
}

}  // namespace
}  // namespace ashlar::cli
