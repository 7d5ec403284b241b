#include "net/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::net {
namespace {

using testing::HasSubstr;

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

std::string form(std::initializer_list<std::string_view> parts) {
  std::string body;
  for (const std::string_view part : parts) body += "--XX\r\n" + std::string(part) + "\r\n";
  return body + "--XX--\r\n";
}

std::string part(std::string_view parameters, std::string_view body) {
  return "Content-Disposition: form-data; " + std::string(parameters) + "\r\n\r\n" +
         std::string(body);
}

std::vector<FormPart> parsed(std::string_view body, std::string_view type = kType) {
  auto parts = parse_multipart(type, body);
  EXPECT_TRUE(parts) << (parts ? "" : parts.error().line());
  return parts ? std::move(*parts) : std::vector<FormPart>();
}

Error refused(std::string_view body, std::string_view type = kType) {
  const auto parts = parse_multipart(type, body);
  EXPECT_FALSE(parts) << body;
  if (parts) return {};
  EXPECT_FALSE(parts.error().mend.empty());
  return parts.error();
}

TEST(Multipart, TakesFieldsAndFiles) {
  const std::string body =
      form({part("name=\"purpose\"", "batch"),
            "content-disposition: FORM-DATA; name=file; filename=\"a b.jsonl\"\r\n"
            "Content-Type: application/jsonl\r\n\r\n{}\r\n\r\n{}\r\n"});
  const auto parts = parsed(body);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].name, "purpose");
  EXPECT_EQ(parts[0].body, "batch");
  EXPECT_EQ(parts[0].filename, std::nullopt);
  EXPECT_EQ(parts[1].name, "file");
  EXPECT_EQ(parts[1].filename, "a b.jsonl");
  EXPECT_EQ(parts[1].content_type, "application/jsonl");
  EXPECT_EQ(parts[1].body, "{}\r\n\r\n{}\r\n");  // all but the line's end before the delimiter
}

TEST(Multipart, BytesStayAsTheyAre) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  bytes += "\r\n--X\r\n-- XX\r\n\r\n--";
  const std::string body = form({part("name=\"f\"; filename=\"x\"", bytes)});
  EXPECT_EQ(parsed(body)[0].body, bytes);
}

TEST(Multipart, EmptyBodies) {
  const std::string body = form({part("name=\"a\"; filename=\"\"", ""), part("name=b", "")});
  const auto parts = parsed(body);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].filename, "");
  EXPECT_EQ(parts[0].body, "");
  EXPECT_EQ(parts[1].body, "");
  // A header that the delimiter follows at once.
  EXPECT_EQ(parsed("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n--XX--")[0].body, "");
  EXPECT_TRUE(parsed("--XX--").empty());
}

TEST(Multipart, PreambleEpilogueAndPadding) {
  const std::string body = "To whom it may concern\r\n--XX \t\r\n" + part("name=a", "1") +
                           "\r\n--XX--and so on\r\n--XX\r\n";
  EXPECT_EQ(parsed(body)[0].body, "1");
}

TEST(Multipart, BoundariesInAnyDress) {
  for (const std::string_view type :
       {"multipart/form-data; boundary=\"XX\"", "Multipart/Form-Data;charset=utf-8; BOUNDARY=XX",
        "multipart/form-data ; boundary=XX ;",
        "multipart/form-data; a=\"b;boundary=YY\";boundary=XX"})
    EXPECT_EQ(parsed(form({part("name=a", "1")}), type).size(), 1U) << type;
  EXPECT_EQ(parsed("--a b--\r\n" + part("name=a", "1") + "\r\n--a b----",
                   "multipart/form-data; boundary=\"a b--\"")
                .size(),
            1U);
}

TEST(Multipart, QuotedNames) {
  const auto name_in = [](std::string_view parameters) {
    const std::string body = form({part(parameters, "1")});
    return parsed(body)[0].name;
  };
  EXPECT_EQ(name_in(R"(name="a\"b\\c")"), R"(a"b\c)");
  EXPECT_EQ(name_in(R"(name="C:\dir")"), R"(C:\dir)");
  EXPECT_EQ(name_in(R"(filename="x; name=y"; name="é;")"), "é;");
}

TEST(Multipart, WrongTypes) {
  const std::string body = form({part("name=a", "1")});
  EXPECT_THAT(refused(body, "application/json").message, HasSubstr("application/json"));
  for (const std::string_view type :
       {"", "multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary", "multipart/form-data; boundary=\"XX",
        "multipart/mixed; boundary=XX", "multipart/form-data; boundary=\"X\x01\""})
    refused(body, type);
  refused(body, "multipart/form-data; boundary=" + std::string(71, 'x'));
}

TEST(Multipart, BrokenBodies) {
  const std::string whole = form({part("name=a", "1")});
  for (std::size_t cut = 0; cut + 4 < whole.size(); ++cut) refused(whole.substr(0, cut));
  refused("");
  refused("--XX\n" + part("name=a", "1") + "\n--XX--");
  refused("--XXX--");
  refused("--XX\r\nContent-Disposition\r\n\r\n1\r\n--XX--");
  refused(form({"\r\nno header"}));
  refused(form({"Content-Type: text/plain\r\n\r\nno name"}));
  refused(form({"Content-Disposition: attachment; name=a\r\n\r\n1"}));
  refused(form({"Content-Disposition: form-data\r\n\r\n1"}));
  refused(form({part("name=\"a", "1")}));
  refused(form({part("name=\"a\"b", "1")}));
  refused(form({part("name=\"\xff\"", "1")}));
  EXPECT_THAT(refused(form({part("name", "1")})).where, HasSubstr("byte 6"));
}

TEST(Multipart, Limits) {
  std::string many, header(kMostPartHeader, 'x');
  for (std::size_t i = 0; i <= kMostFormParts; ++i)
    many += "--XX\r\n" + part("name=a", "") + "\r\n";
  EXPECT_EQ(refused(many + "--XX--").kind, ErrorKind::too_large);
  refused(form({part("name=a; x=" + header, "1")}));
}

}  // namespace
}  // namespace ashlar::net
