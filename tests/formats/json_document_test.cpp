// What is stricter here than in base::parse_json.
#include "formats/json_document.h"

#include <gmock/gmock.h>

namespace ashlar::formats {
namespace {

using testing::HasSubstr;

Error refused(std::string_view text) {
  const auto read = read_json_document(text, "d.json");
  EXPECT_FALSE(read) << text;
  return read ? Error{} : read.error();
}

TEST(JsonDocument, ReadsEveryKindOfValue) {
  const char* text = R"({"a":[null,true,-1,2.5,1e3,"é\ud83d\ude00"],"b":{}})";
  EXPECT_EQ(read_json_document(text, "d").value(), base::Json::parse(text));
}

TEST(JsonDocument, ANameThatComesTwiceIsRefused) {
  const Error error = refused(R"({"a": 1, "a": 2})");
  EXPECT_THAT(error.message, HasSubstr("'a' comes twice"));
  EXPECT_EQ(error.where, "d.json");
}

TEST(JsonDocument, IntegersStayWhole) {
  EXPECT_EQ(refused("[123456789012345678901]").kind, ErrorKind::unsupported);
  EXPECT_EQ(read_json_document("18446744073709551615", "d").value(), UINT64_MAX);
}

TEST(JsonDocument, WhatIsNoJsonHasItsByte) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "1e400", "nul", "\"\xff\"", "1 2"}) {
    const Error error = refused(text);
    EXPECT_EQ(error.kind, ErrorKind::bad_input) << text;
    EXPECT_THAT(error.where, HasSubstr("d.json, byte ")) << text;
    EXPECT_FALSE(error.mend.empty());
  }
}

TEST(JsonDocument, DepthIsBounded) {
  EXPECT_EQ(refused(std::string(100'000, '[')).kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::formats
