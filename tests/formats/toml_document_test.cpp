// TOML as JSON: order, places, what has no value in JSON, what would take the stack.
#include "formats/toml_document.h"

#include <gmock/gmock.h>

namespace ashlar::formats {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string json(std::string_view text) {
  const auto read = read_toml_document(text, "d.toml");
  return read ? base::write_json(*read) : read.error().line();
}

Error refused(std::string_view text) {
  const auto read = read_toml_document(text, "d.toml");
  EXPECT_FALSE(read) << text.substr(0, 80);
  return read ? Error{} : read.error();
}

TEST(TomlDocument, MembersKeepTheOrderOfTheText) {
  EXPECT_EQ(json("z = 1\ny = 2\na = {c = 3, b = 4}\n"), R"({"z":1,"y":2,"a":{"c":3,"b":4}})");
  EXPECT_EQ(json("[z]\nq = 1\n[a]\n[z.b]\nx = 1\n"), R"({"z":{"q":1,"b":{"x":1}},"a":{}})");
  EXPECT_EQ(json("z.b = 1\na = 2\nz.a = 3\n"), R"({"z":{"b":1,"a":3},"a":2})");
}

TEST(TomlDocument, TablesInArrays) {
  EXPECT_EQ(json("[[e]]\nv.c = [\"F\"]\n[[e]]\nu = 'x'\n"),
            R"({"e":[{"v":{"c":["F"]}},{"u":"x"}]})");
}

TEST(TomlDocument, WhatIsNoTomlHasLineAndColumn) {
  EXPECT_THAT(refused("a = 1\nb = \n").where, StartsWith("d.toml:2:"));
  EXPECT_THAT(refused("a = 1\na = 2\n").where, StartsWith("d.toml:2:"));
  EXPECT_THAT(refused("a = \"\xff\"").message, HasSubstr("not TOML"));
  EXPECT_THAT(refused("n = 9223372036854775808").message, HasSubstr("not TOML"));
}

TEST(TomlDocument, WhatJsonHasNoValueForIsRefused) {
  for (const char* text : {"x = 1\ny = 2024-05-01", "x = 1\ny = 07:32:00", "x = 1\ny = inf",
                           "x = 1\ny = -nan", "x = 1\ny = 1979-05-27T07:32:00Z"}) {
    const Error error = refused(text);
    EXPECT_EQ(error.kind, ErrorKind::unsupported) << text;
    EXPECT_EQ(error.where, "d.toml:2:5") << text;
  }
}

TEST(TomlDocument, DepthIsBounded) {
  std::string text = "a = ";
  for (int i = 0; i < 70; ++i) text += "[";
  for (int i = 0; i < 70; ++i) text += "]";
  EXPECT_EQ(refused(text).kind, ErrorKind::too_large);
  EXPECT_THAT(refused(text).where, StartsWith("d.toml:1:"));
}

// toml++ makes a table for each part, and takes them apart by recursion.
TEST(TomlDocument, AKeyWithoutEndDoesNotTakeTheStack) {
  for (const char* part : {"a.", "\"a\".", "a . ", "'a'\t."}) {
    std::string key;
    for (int i = 0; i < 300'000; ++i) key += part;
    EXPECT_EQ(refused(key + "b = 1").kind, ErrorKind::too_large) << part;
    EXPECT_EQ(refused("[" + key + "b]").kind, ErrorKind::too_large) << part;
  }
}

TEST(TomlDocument, DotsInTextAreFine) {
  std::string prose;
  for (int i = 0; i < 2'000; ++i) prose += "A sentence. Another, with a comma. ";
  EXPECT_EQ(read_toml_document("a = \"" + prose + "\"", "d").value()["a"], prose);
}

}  // namespace
}  // namespace ashlar::formats
