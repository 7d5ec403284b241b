// The specification's formats: which draft has which, and examples of each.
#include "grammar/format.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TEST(FindFormat, ByDraft) {
  EXPECT_NE(find_format("date-time", Draft::d4), nullptr);
  EXPECT_EQ(find_format("date", Draft::d6), nullptr);
  EXPECT_EQ(find_format("uuid", Draft::d7), nullptr);
  EXPECT_NE(find_format("uuid", Draft::d2019_09), nullptr);
  EXPECT_EQ(find_format("int32", Draft::d2020_12), nullptr);
  ASSERT_NE(find_format("idn-hostname", Draft::d7), nullptr);
  EXPECT_EQ(find_format("idn-hostname", Draft::d7)->accepts, nullptr);
}

void expect(const char* name, std::initializer_list<std::string_view> good,
            std::initializer_list<std::string_view> bad) {
  const Format* format = find_format(name, Draft::d2020_12);
  ASSERT_NE(format, nullptr) << name;
  for (const std::string_view text : good) EXPECT_TRUE(format->accepts(text)) << name << text;
  for (const std::string_view text : bad) EXPECT_FALSE(format->accepts(text)) << name << text;
}

TEST(Formats, Times) {
  expect("date", {"2024-02-29", "0001-01-01"},
         {"2023-02-29", "2024-13-01", "2024-1-01", "", "2024-01-01 "});
  expect("time", {"00:00:00Z", "23:59:60Z", "01:29:60+01:30", "12:00:00.5-23:59"},
         {"24:00:00Z", "22:59:60Z", "12:00:00", "12:00:00.Z", "12:00:00+24:00"});
  expect("date-time", {"2024-02-29T12:00:00Z", "2024-02-29t12:00:00z"},
         {"2024-02-30T12:00:00Z", "2024-02-29 12:00:00Z", "2024-02-29"});
  expect("duration", {"P1Y2M3DT4H5M6S", "PT1H", "P2W", "P0D"},
         {"P", "PT", "P1YT", "P1Y2D", "PT1H2S", "P1W2D", "P2WT1H", "1D", "P1S"});
}

TEST(Formats, Addresses) {
  expect("ipv4", {"0.0.0.0", "255.255.255.255"},
         {"256.0.0.1", "01.0.0.1", "1.2.3", "1.2.3.4.5", ""});
  expect("ipv6", {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "::1.2.3.4", "1:2:3:4:5:6:7::"},
         {":", ":::", "1:2:3:4:5:6:7", "1::2::3", "1:2:3:4:5:6:7:8::", "12345::", "::1.2.3.256"});
  expect("hostname", {"a", "a-b.example", "xn--nxasmq6b"},
         {"", ".", "a.", "-a", "a_b", "xn--", "xn--X", "a..b"});
  expect("email", {"a@b", "a.b+c@example.com", "\"a b\"@example.com", "a@[127.0.0.1]"},
         {"a", "@b", "a@", ".a@b", "a..b@c", "a b@c", "é@b", "a@[1]", "\"a@b", R"("\\"a"@b)"});
  expect("idn-email", {"é@ü.example", "a@b"}, {"é", "é é@b", "a@-é"});
}

TEST(Formats, Uris) {
  expect("uri", {"http://a/b?c#d", "urn:a:b", "http://[::1]:80/", "a://u:p@h"},
         {"/a", "a b:c", "http://a/%zz", "http://é", "http://[::1", "http://a:b/", "a:#b#c"});
  expect("uri-reference", {"", "a", "/a", "//a", "?a", "#a", "./a:b"}, {"a b", "\\", "1:b", "%"});
  expect("iri", {"http://é/ü?ö#ß"}, {"é", "http://a b", "http://é/\\"});
  expect("iri-reference", {"é", "#ß"}, {"é é", "<"});
  expect("uri-template", {"a{b}{+c,d:3,e*}", "", "{?a.b}"},
         {"{", "}", "{}", "{a", "{a,}", "{a:0}", "{a:10000}", "{a-b}", "{.}", "a b"});
}

TEST(Formats, Others) {
  expect("json-pointer", {"", "/", "/a~0b"}, {"a", "/~"});
  expect("relative-json-pointer", {"0", "1/a", "2#"}, {"", "01", "-1", "0a", "1##"});
  expect("uuid", {"00000000-0000-0000-0000-00000000000a"},
         {"", "00000000-0000-0000-0000-00000000000g", "00000000000000000000000000000000"});
  expect("regex", {"a", "(?<=a)b", "(?<n>a)\\k<n>"}, {"(", "\\a", "a**"});
}

}  // namespace
}  // namespace ashlar::grammar
