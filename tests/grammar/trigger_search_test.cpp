#include "grammar/trigger_search.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

TriggerSearch::NodeId behind(const TriggerSearch& search, std::string_view text) {
  TriggerSearch::NodeId node = search.first();
  for (const char byte : text) node = search.next(node, static_cast<std::uint8_t>(byte));
  return node;
}

TEST(TriggerSearch, FindsWhatATextEndsWith) {
  const TriggerSearch search({{"aab"}, {"bc"}});
  EXPECT_EQ(search.found(behind(search, "xaaab")), 0u);
  EXPECT_EQ(search.found(behind(search, "aabc")), 1u);
  EXPECT_EQ(search.found(behind(search, "aaa")), std::nullopt);
  EXPECT_EQ(search.found(behind(search, "aabx")), std::nullopt);
}

TEST(TriggerSearch, CountsWhatMayBeABeginning) {
  const TriggerSearch search({{"aab"}, {"bc"}});
  EXPECT_EQ(search.pending(behind(search, "aaaa")), 2u);
  EXPECT_EQ(search.pending(behind(search, "xab")), 1u);
  EXPECT_EQ(search.pending(behind(search, "xabx")), 0u);
  EXPECT_EQ(search.pending(search.later()), 0u);
}

TEST(TriggerSearch, FindsSomeOnlyAtTheBeginning) {
  const TriggerSearch search({{"{a", true}, {"<a"}});
  EXPECT_EQ(search.found(behind(search, "{a")), 0u);
  EXPECT_EQ(search.found(behind(search, "x{a")), std::nullopt);
  EXPECT_EQ(search.found(behind(search, "{<a")), 1u);
  EXPECT_EQ(search.found(search.next(search.next(search.later(), '{'), 'a')), std::nullopt);
}

TEST(TriggerSearch, KnowsWhetherMoreCanBeFound) {
  const TriggerSearch search({{"{a", true}});
  EXPECT_TRUE(search.can_find(search.first()));
  EXPECT_TRUE(search.can_find(behind(search, "{")));
  EXPECT_FALSE(search.can_find(behind(search, "{b")));
  const TriggerSearch both({{"{a", true}, {"<"}});
  EXPECT_TRUE(both.can_find(behind(both, "x")));
}

}  // namespace
}  // namespace ashlar::grammar
