#include "tokenizer/byte_level.h"

#include <gtest/gtest.h>

#include <set>

namespace ashlar::tokenizer {
namespace {

TEST(ByteLevel, PrintableBytesStandForThemselves) {
  EXPECT_EQ(symbol_of('!'), U'!');
  EXPECT_EQ(symbol_of('~'), U'~');
  EXPECT_EQ(symbol_of(0xA1), U'¡');
  EXPECT_EQ(symbol_of(0xFF), U'ÿ');
}

TEST(ByteLevel, TheOthersAreNumberedFromU100) {
  EXPECT_EQ(symbol_of(0x00), U'\u0100');
  EXPECT_EQ(symbol_of(' '), U'Ġ');
  EXPECT_EQ(symbol_of('\n'), U'Ċ');
  EXPECT_EQ(symbol_of(0x7F), U'\u0121');
  EXPECT_EQ(symbol_of(0xAD), U'\u0143');
}

TEST(ByteLevel, EveryByteHasItsOwnSymbolAndComesBack) {
  std::set<char32_t> symbols;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char32_t symbol = symbol_of(static_cast<std::uint8_t>(byte));
    symbols.insert(symbol);
    EXPECT_EQ(byte_of(symbol), byte);
  }
  EXPECT_EQ(symbols.size(), 256u);
}

TEST(ByteLevel, OtherCharactersAreNoBytes) {
  for (const char32_t c : {U' ', U'\n', U'\u007F', U'\u00AD', U'\u0144', U'日', U'😀'})
    EXPECT_FALSE(byte_of(c)) << std::uint32_t(c);
}

TEST(ByteLevel, SpellsBytesAndReadsSpellings) {
  EXPECT_EQ(spelling_of_bytes(" é\n"), "ĠÃ©Ċ");
  EXPECT_EQ(bytes_of_spelling("ĠÃ©Ċ"), " é\n");
  EXPECT_EQ(bytes_of_spelling(""), "");
  EXPECT_EQ(bytes_of_spelling("a b"), std::nullopt);
}

}  // namespace
}  // namespace ashlar::tokenizer
