#include "tokenizer/regex_dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tokenizer/regex.h"

namespace ashlar::tokenizer {
namespace {

using testing::HasSubstr;

std::string translated(std::string_view expression) {
  const auto result = to_pcre2(expression, "f");
  return result ? *result : result.error().line();
}

std::size_t count_matches(std::string_view expression, std::string_view text) {
  const auto regex = Regex::compile(expression, "f");
  EXPECT_TRUE(regex);
  std::size_t count = 0;
  EXPECT_TRUE((*regex)->each_match(text, [&](TextRange) -> Status {
    ++count;
    return {};
  }));
  return count;
}

TEST(RegexDialect, PassesOnWhatIsTheSame) {
  for (const char* same : {"a|b+?c*+", "(?i:x)(?:y)(?=z)(?!z)(?>a)(?<=a)(?<n>b)", "[^a-z\\]]{1,3}",
                           R"(\d\n\.\x{1F600}\p{Lu}\P{Han})", "[[:alpha:]]", "$^.", ""})
    EXPECT_EQ(translated(same), same);
}

TEST(RegexDialect, RewritesWhatDiffers) {
  EXPECT_EQ(translated(R"(\s\S[\s])"), R"(\p{White_Space}\P{White_Space}[\p{White_Space}])");
  EXPECT_EQ(translated(R"([\w])"), R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}])");
  EXPECT_EQ(translated("(?m:.)(?im-x)"), "(?s:.)(?is-x)");
  EXPECT_EQ(translated("a{,3}b{c"), "a{0,3}b\\{c");
  EXPECT_EQ(translated(R"(\v\u00e9)"), R"(\x0B\x{00e9})");
}

TEST(RegexDialect, MatchesAsOnigurumaDoes) {
  EXPECT_EQ(count_matches(R"(\s)", "\u180E\u3000\u0085"), 2u);
  EXPECT_EQ(count_matches(R"(\w)", "a_\u0301\u203F-"), 4u);
  EXPECT_EQ(count_matches(R"(\p{L}[\p{L}])", "\u1C89\U000105C0"), 1u);  // of Unicode 16.0
  EXPECT_EQ(count_matches(R"(\P{L}|\p{N})", "\u1C89\U0001CCF0"), 1u);
  EXPECT_EQ(count_matches(R"(^a|b$)", "a\nab\nb"), 4u);
  EXPECT_EQ(count_matches("(?m:a.b)|a.b", "a\nb"), 1u);
  EXPECT_EQ(count_matches("a.b", "a\nb"), 0u);
}

TEST(RegexDialect, RefusesWhatThereIsNoWordFor) {
  for (const char* bad :
       {"[a&&b]", "[a[b]]", "(?~a)", "(*UTF)a", "(?(1)a)", "a{2}+", R"(\h)", R"([\W])",
        R"([\P{L}])", R"(\N)", R"(\u12)", "a\\", "[[:alpha]", "[]a]", "(?@a)"}) {
    const auto result = to_pcre2(bad, "f: /r");
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(result.error().message, HasSubstr("at byte"));
    EXPECT_EQ(result.error().where, "f: /r");
  }
}

}  // namespace
}  // namespace ashlar::tokenizer
