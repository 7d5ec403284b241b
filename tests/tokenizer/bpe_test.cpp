#include "tokenizer/bpe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "tests/tokenizer/small_vocabulary.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using testing::ElementsAre;
using Ids = std::vector<TokenId>;

Bpe bpe_of(const SmallVocabulary& small) {
  const std::string file = small.file();
  const auto gguf = formats::Gguf::parse(test::bytes_of(file), "built");
  const auto vocabulary = Vocabulary::from_gguf(*gguf);
  const auto ids = index_spellings(*gguf);
  auto merges = Merges::from_gguf(*gguf, *ids, *vocabulary);
  EXPECT_TRUE(merges) << merges.error().line();
  Bpe::ByteTokens bytes;
  for (TokenId byte = 0; byte < 256; ++byte) bytes[byte] = byte;
  return Bpe(bytes, std::move(*merges));
}

Ids encode(const Bpe& bpe, std::string_view word) {
  Ids ids;
  bpe.encode(word, ids);
  return ids;
}

TEST(Bpe, TheLowestRankGoesFirst) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId bc = small.merge("b", "c"), ab = small.merge("a", "b");
  const TokenId abc = small.merge("a", "bc");
  const Bpe bpe = bpe_of(small);
  EXPECT_THAT(encode(bpe, "abc"), ElementsAre(abc));
  EXPECT_THAT(encode(bpe, "abx"), ElementsAre(ab, 'x'));
  EXPECT_THAT(encode(bpe, "aabc"), ElementsAre('a', abc));
  EXPECT_THAT(encode(bpe, "bcbc"), ElementsAre(bc, bc));
}

TEST(Bpe, TheLeftmostOfEqualsGoesFirst) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  const TokenId aa = small.merge("a", "a");
  EXPECT_THAT(encode(bpe_of(small), "aaa"), ElementsAre(aa, 'a'));
  EXPECT_THAT(encode(bpe_of(small), "aaaaa"), ElementsAre(aa, aa, 'a'));
}

TEST(Bpe, AppendsToWhatIsThere) {
  Ids ids = {7};
  EXPECT_EQ(bpe_of(SmallVocabulary::of_bytes()).encode("xy", ids), 0u);
  EXPECT_THAT(ids, ElementsAre(7, 'x', 'y'));
}

TEST(Bpe, AByteWithoutATokenIsCountedAndItsNeighboursMeet) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  small.merge("a", "b");
  const std::string file = small.file();
  const auto gguf = formats::Gguf::parse(test::bytes_of(file), "built");
  const auto vocabulary = Vocabulary::from_gguf(*gguf);
  auto merges = Merges::from_gguf(*gguf, *index_spellings(*gguf), *vocabulary);
  Bpe::ByteTokens bytes;
  bytes['a'] = 'a';
  bytes['b'] = 'b';
  Ids ids;
  EXPECT_EQ(Bpe(bytes, std::move(*merges)).encode("a\t\nb", ids), 2u);
  EXPECT_THAT(ids, ElementsAre(256));
}

// What the words above say, done in the plainest way.
Ids encode_naively(const std::vector<std::pair<std::string, std::string>>& merges,
                   std::string_view word) {
  std::vector<std::string> parts;
  for (const char c : word) parts.emplace_back(1, c);
  while (true) {
    std::size_t best = merges.size(), at = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
      for (std::size_t rank = 0; rank < best; ++rank)
        if (merges[rank] == std::pair(parts[i], parts[i + 1])) best = rank, at = i;
    if (best == merges.size()) break;
    parts[at] += parts[at + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  Ids ids;
  for (const std::string& part : parts) {
    if (part.size() == 1) ids.push_back(static_cast<std::uint8_t>(part[0]));
    for (std::size_t rank = 0; rank < merges.size(); ++rank)
      if (merges[rank].first + merges[rank].second == part) ids.push_back(256 + rank);
  }
  return ids;
}

// Merges over three letters whose results are all different, in any order of ranks.
RC_GTEST_PROP(Bpe, ShortAndLongWordsAreMergedAsThePlainestWayDoes, ()) {
  const auto letter = rc::gen::element('a', 'b', 'c');
  std::vector<std::pair<std::string, std::string>> merges;
  std::vector<std::string> known = {"a", "b", "c"};
  const int count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    const std::string left = *rc::gen::elementOf(known), right = *rc::gen::elementOf(known);
    if (std::ranges::find(known, left + right) != known.end()) continue;
    merges.emplace_back(left, right);
    known.push_back(left + right);
  }
  // A file may rank a merge before those that make its parts.
  if (*rc::gen::arbitrary<bool>()) std::ranges::reverse(merges);

  SmallVocabulary small = SmallVocabulary::of_bytes();
  for (const auto& [left, right] : merges) small.merge(left, right);
  const Bpe bpe = bpe_of(small);
  const int length = *rc::gen::inRange(0, 130);  // a heap from 49 on
  const auto word = *rc::gen::container<std::string>(length, letter);
  RC_ASSERT(encode(bpe, word) == encode_naively(merges, word));
}

// Quadratic time would be 10^14 steps, and the test's time limit its failure.
TEST(Bpe, AWordOfTenMillionBytesIsMerged) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  std::string power = "a";
  for (; power.size() < 64; power += power) small.merge(power, power);
  const TokenId longest = static_cast<TokenId>(small.tokens.size() - 1);
  const Ids ids = encode(bpe_of(small), std::string(10'000'000, 'a'));
  EXPECT_EQ(ids.size(), 10'000'000u / 64);
  EXPECT_EQ(ids, Ids(ids.size(), longest));
}

}  // namespace
}  // namespace ashlar::tokenizer
