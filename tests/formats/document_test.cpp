// One value from three formats.
#include "formats/document.h"

#include <gmock/gmock.h>

#include "tests/support/temp_folder.h"

namespace ashlar::formats {
namespace {

using base::Json;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* kJson = R"({"zeta": {"b": [1, -2, 2.5, true, "x"], "a": "two\nlines\n"},
  "list": [{"n": 18446744073709551615}, {"n": 0}], "empty": {}, "none": []})";
constexpr const char* kYaml = R"(# the same
zeta:
  b: [1, -2, 2.5, true, x]
  a: |
    two
    lines
list:
  - n: 18446744073709551615
  - {n: 0}
empty: {}
none: []
)";
constexpr const char* kToml = R"(# the same, but for what only 64 bits with a sign hold
zeta.b = [1, -2, 2.5, true, "x"]
zeta.a = """
two
lines
"""
empty = {}
[[list]]
n = 0
)";

Json read(std::string_view text, DocumentKind kind) {
  const auto json = read_document(text, kind, "d");
  EXPECT_TRUE(json) << (json ? "" : json.error().line());
  return json.value_or(Json());
}

TEST(Document, TheSameFromEachFormat) {
  const Json json = read(kJson, DocumentKind::json);
  EXPECT_EQ(base::write_json(read(kYaml, DocumentKind::yaml)), base::write_json(json));
  EXPECT_EQ(base::write_json(json),
            R"({"zeta":{"b":[1,-2,2.5,true,"x"],"a":"two\nlines\n"},)"
            R"("list":[{"n":18446744073709551615},{"n":0}],"empty":{},"none":[]})");
  EXPECT_EQ(base::write_json(read(kToml, DocumentKind::toml)),
            R"({"zeta":{"b":[1,-2,2.5,true,"x"],"a":"two\nlines\n"},"empty":{},"list":[{"n":0}]})");
}

TEST(Document, WholeNumbersAreOfOneKind) {
  for (const auto& [text, kind] : {std::pair{R"({"n": 3})", DocumentKind::json},
                                   {"n: 3", DocumentKind::yaml},
                                   {"n = 3", DocumentKind::toml}})
    EXPECT_TRUE(read(text, kind)["n"].is_number_unsigned()) << text;
}

TEST(Document, AByteOrderMarkIsNoText) {
  const std::string mark = "\xEF\xBB\xBF";
  for (const auto& [text, kind] : {std::pair{R"({"n": 3})", DocumentKind::json},
                                   {"n: 3", DocumentKind::yaml},
                                   {"n = 3", DocumentKind::toml}})
    EXPECT_EQ(read(mark + text, kind), (Json{{"n", 3}})) << text;
}

TEST(Document, TheNameTellsTheFormat) {
  EXPECT_EQ(kind_of("a/b.json"), DocumentKind::json);
  EXPECT_EQ(kind_of("b.toml"), DocumentKind::toml);
  EXPECT_EQ(kind_of("b.yaml"), DocumentKind::yaml);
  EXPECT_EQ(kind_of("b.yml"), DocumentKind::yaml);
  EXPECT_FALSE(kind_of("yaml"));
  EXPECT_FALSE(kind_of("b.txt"));
}

TEST(Document, TooMuchTextIsRefusedBeforeItIsRead) {
  for (const auto kind : {DocumentKind::json, DocumentKind::toml, DocumentKind::yaml}) {
    const auto read = read_document(std::string(kMostDocumentBytes + 1, ' '), kind, "d");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::too_large);
    EXPECT_EQ(read.error().where, "d");
  }
}

class DocumentFile : public test::TempFolder {};

TEST_F(DocumentFile, IsReadAndNamedInErrors) {
  test::spill(root() / "a.yml", "a: 1\n");
  EXPECT_EQ(read_document(root() / "a.yml").value(), Json::parse(R"({"a": 1})"));
  test::spill(root() / "b.toml", "a = \n");
  EXPECT_THAT(read_document(root() / "b.toml").error().where, HasSubstr("b.toml:1:"));
  test::spill(root() / "c.txt", "a: 1\n");
  const Error unknown = read_document(root() / "c.txt").error();
  EXPECT_THAT(unknown.where, EndsWith("c.txt"));
  EXPECT_THAT(unknown.mend, HasSubstr(".toml"));
  EXPECT_EQ(read_document(root() / "none.json").error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace ashlar::formats
