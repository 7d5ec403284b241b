#include "cli/text_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace ashlar::cli {
namespace {

using testing::HasSubstr;

Result<std::string> text_of(std::string_view line) {
  return text_of_line(*base::parse_json(line, "test"));
}

TEST(TextOfLine, TakesTextOrHex) {
  EXPECT_EQ(text_of(R"({"text": "aé\n"})"), "aé\n");
  EXPECT_EQ(text_of(R"({"hex": "00fF7a"})"), std::string("\0\xFFz", 3));
  EXPECT_EQ(text_of(R"({"hex": "", "id": "other fields are left alone"})"), "");
}

TEST(TextOfLine, RefusesWhatIsNeitherOrBothOrNoString) {
  for (const char* line : {R"({})", R"({"text": "a", "hex": "61"})", R"({"text": null})",
                           R"({"hex": 61})", R"({"hex": "6"})", R"({"hex": "6g"})"}) {
    const auto text = text_of(line);
    ASSERT_FALSE(text) << line;
    EXPECT_EQ(text.error().kind, ErrorKind::bad_input);
    EXPECT_FALSE(text.error().mend.empty());
  }
  EXPECT_EQ(text_of(R"({"hex": "616"})").error().where, "/hex");
  EXPECT_THAT(text_of(R"({"hex": "61zz"})").error().message, HasSubstr("position 2"));
}

TEST(CheckUtf8, GivesTheOffsetOfTheFirstBrokenByte) {
  EXPECT_TRUE(check_utf8("aé😀", "stdin"));
  const Status status = check_utf8("é\xE2\x82", "stdin");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().where, "stdin, byte 2");
  EXPECT_THAT(status.error().message, HasSubstr("0xE2"));
}

TEST(CheckLength, RefusesMoreThanOneGibibyte) {
  EXPECT_TRUE(check_length(1u << 30, "stdin"));
  EXPECT_EQ(check_length((1u << 30) + 1, "stdin").error().kind, ErrorKind::too_large);
}

TEST(ReadAll, ReadsToTheEnd) {
  const std::string long_text(200'000, 'x');
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  std::fwrite(long_text.data(), 1, long_text.size(), file.get());
  std::rewind(file.get());
  EXPECT_EQ(read_all(file.get(), "test"), long_text);
}

}  // namespace
}  // namespace ashlar::cli
