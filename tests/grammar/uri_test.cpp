// References resolved as RFC 3986, section 5.4, has them.
#include "grammar/uri.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TEST(ResolveUri, TheExamplesOfTheRfc) {
  const std::pair<const char*, const char*> rows[] = {{"g:h", "g:h"},
                                                      {"g", "http://a/b/c/g"},
                                                      {"./g", "http://a/b/c/g"},
                                                      {"g/", "http://a/b/c/g/"},
                                                      {"/g", "http://a/g"},
                                                      {"//g", "http://g"},
                                                      {"?y", "http://a/b/c/d;p?y"},
                                                      {"g?y", "http://a/b/c/g?y"},
                                                      {"#s", "http://a/b/c/d;p?q#s"},
                                                      {"g#s", "http://a/b/c/g#s"},
                                                      {";x", "http://a/b/c/;x"},
                                                      {"", "http://a/b/c/d;p?q"},
                                                      {".", "http://a/b/c/"},
                                                      {"..", "http://a/b/"},
                                                      {"../g", "http://a/b/g"},
                                                      {"../..", "http://a/"},
                                                      {"../../g", "http://a/g"},
                                                      {"../../../g", "http://a/g"},
                                                      {"/./g", "http://a/g"},
                                                      {"/../g", "http://a/g"},
                                                      {"g.", "http://a/b/c/g."},
                                                      {"..g", "http://a/b/c/..g"},
                                                      {"./../g", "http://a/b/g"},
                                                      {"g/./h", "http://a/b/c/g/h"},
                                                      {"g/../h", "http://a/b/c/h"},
                                                      {"g?y/../x", "http://a/b/c/g?y/../x"}};
  for (const auto& [reference, target] : rows)
    EXPECT_EQ(resolve_uri("http://a/b/c/d;p?q", reference), target) << reference;
}

TEST(ResolveUri, OtherBases) {
  EXPECT_EQ(resolve_uri("", "#/a"), "#/a");
  EXPECT_EQ(resolve_uri("", "item.json"), "item.json");
  EXPECT_EQ(resolve_uri("http://example.com", "a.json"), "http://example.com/a.json");
  EXPECT_EQ(resolve_uri("urn:uuid:1", "#a"), "urn:uuid:1#a");
}

TEST(UriParts, Splits) {
  const UriParts parts = uri_parts("http://me@a:1/b?c#d");
  EXPECT_EQ(parts.scheme, "http");
  EXPECT_EQ(parts.authority, "me@a:1");
  EXPECT_EQ(parts.path, "/b");
  EXPECT_EQ(parts.query, "c");
  EXPECT_EQ(parts.fragment, "d");
  EXPECT_FALSE(uri_parts("1b:c").scheme);
}

TEST(SplitFragment, AtTheFirstHash) {
  EXPECT_EQ(split_fragment("a#b#c").document, "a");
  EXPECT_EQ(split_fragment("a#b#c").fragment, "b#c");
  EXPECT_EQ(split_fragment("a").fragment, "");
}

TEST(PercentDecoded, KeepsWhatIsBroken) {
  EXPECT_EQ(percent_decoded("%25%41"), "%A");
  EXPECT_EQ(percent_decoded("%4"), "%4");
  EXPECT_EQ(percent_decoded("%zz%"), "%zz%");
}

}  // namespace
}  // namespace ashlar::grammar
