#include "grammar/json_spelling.h"

#include <gtest/gtest.h>

#include <string>

namespace ashlar::grammar {
namespace {

using Read = JsonSpelling::Read;

// What the last byte of a text between quotation marks is read as.
Read last(std::string_view text, bool canonical = false) {
  JsonSpelling spelling{.canonical = canonical};
  Read read = Read::byte;
  for (const char byte : text) {
    read = spelling.read(static_cast<std::uint8_t>(byte));
    if (read == Read::dead) return read;
  }
  return read;
}

TEST(JsonSpelling, ReadsWhatItIsSpelledWith) {
  EXPECT_EQ(last("a"), Read::byte);
  EXPECT_EQ(last("\""), Read::closed);
  EXPECT_EQ(last("\\"), Read::pending);
  EXPECT_EQ(last("\\\""), Read::escaped);
  EXPECT_EQ(last("\\u00e9"), Read::escaped);
  EXPECT_EQ(last("\\ud83d\\ude00"), Read::escaped);
}

TEST(JsonSpelling, RefusesWhatNoStringHas) {
  for (const char* text : {"\n", "\\x", "\\u00g", "\xFF", "\xC3(", "\xED\xA0\x80", "\\udc00",
                           "\\ud83d\\u0041", "\\ud83dx"})
    EXPECT_EQ(last(text), Read::dead) << text;
}

TEST(JsonSpelling, OfCanonicalTextsHasNoNeedlessEscapes) {
  for (const char* text : {"\\/", "\\u0041", "\\u002", "\\u0022"})
    EXPECT_EQ(last(text, true), Read::dead) << text;
  for (const char* text : {"\\\"", "\\n", "\\u001f", "\\u007f", "\\u00e9", "\\ud83d\\ude00"})
    EXPECT_EQ(last(text, true), Read::escaped) << text;
}

}  // namespace
}  // namespace ashlar::grammar
