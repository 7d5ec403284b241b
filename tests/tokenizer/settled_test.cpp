// A token is settled where every text that holds it there has it: tried on texts made at random of
// what pre-tokenizers look at.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/fixtures.h"
#include "tests/tokenizer/small_json.h"
#include "tests/tokenizer/small_vocabulary.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::tokenizer {
namespace {

using test::SmallVocabulary;
using Ids = std::vector<TokenId>;

FollowingBytes any_byte() {
  return {.bytes = std::bitset<256>().set(), .nothing = true};
}
FollowingBytes only(std::string_view bytes) {
  FollowingBytes next;
  for (const char byte : bytes) next.bytes.set(static_cast<std::uint8_t>(byte));
  return next;
}

template <class Small>
void merge_some(Small& small) {
  for (const auto& [left, right] : std::vector<std::pair<const char*, const char*>>{{"a", "b"},
                                                                                    {"b", "c"},
                                                                                    {"ab", "c"},
                                                                                    {"\"", ":"},
                                                                                    {"{", "\""},
                                                                                    {"\":", "\""},
                                                                                    {"'", "s"},
                                                                                    {"1", "2"},
                                                                                    {"Ġ", "a"},
                                                                                    {"\"", "a"},
                                                                                    {"-", "-"},
                                                                                    {":", "1"}})
    small.merge(left, right);
}

constexpr const char* kCl100k =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| )"
    R"(?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// The tokenizers of the pre-tokenizers that are known, and one of ignore_merges.
std::vector<std::shared_ptr<const Tokenizer>> tokenizers() {
  std::vector<std::shared_ptr<const Tokenizer>> all;
  for (const char* pre : {"gpt-2", "smollm"}) {
    SmallVocabulary small = SmallVocabulary::of_bytes();
    small.pre = pre;
    merge_some(small);
    small.add("<t>", 4);
    all.push_back(small.load());
  }
  for (const char* ignores : {"false", "true"}) {
    test::SmallJson small = test::SmallJson::of_bytes();
    merge_some(small);
    small.add("cab");  // by no merge
    small.at("/pre_tokenizer") = {
        {"type", "Sequence"},
        {"pretokenizers",
         {{{"type", "Split"},
           {"pattern", {{"Regex", kCl100k}}},
           {"behavior", "Isolated"},
           {"invert", false}},
          {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
    small.set("/model/ignore_merges", ignores);
    all.push_back(small.load());
  }
  return all;
}

// Whether a token of `whole` ends at `at`, and which ones follow.
bool from_border(const Tokenizer& tokenizer, const Ids& whole, std::size_t at, Ids& rest) {
  std::size_t end = 0;
  for (std::size_t i = 0; i <= whole.size(); ++i) {
    if (end == at) {
      rest.assign(whole.begin() + static_cast<std::ptrdiff_t>(i), whole.end());
      return true;
    }
    if (i < whole.size()) end += tokenizer.bytes_of(whole[i]).size();
  }
  return false;
}

class Texts {
 public:
  explicit Texts(unsigned seed) : random_(seed) {}
  std::string make(std::size_t most) {
    static const std::vector<std::string> kPieces = {
        "a",  "b", "c",        "abc",      "s", "S",  "re",       "ll",       "1",   "2",   "345",
        "\"", ":", "{",        ",",        "'", "'s", "'r",       " ",        "  ",  "\n",  "-",
        "--", "_", "\xC3\xA9", "\xCC\x81", "<", "t>", "\xC2\xB2", "\xC2\xA0", "\":", "{\"", "cab"};
    std::string text;
    for (std::size_t count = random_() % (most + 1); count > 0; --count)
      text += kPieces[random_() % kPieces.size()];
    return text;
  }

 private:
  std::mt19937 random_;
};

TEST(Settled, TokensStandInEveryTextThatHoldsThem) {
  std::size_t settled = 0;
  for (const auto& tokenizer : tokenizers()) {
    Texts texts(1);
    for (int i = 0; i < 40'000; ++i) {
      const std::string before = texts.make(4), text = texts.make(6), behind = texts.make(4);
      FollowingBytes next = i % 2 == 0 ? any_byte() : FollowingBytes{};
      if (i % 2 != 0 && !behind.empty()) next = only(behind.substr(0, 1));
      if (i % 2 != 0 && behind.empty()) next.nothing = true;
      const Ids found = tokenizer->settled(text, next);
      if (found.empty()) continue;
      Ids rest;
      const std::string whole = before + text + behind;
      if (!from_border(*tokenizer, tokenizer->encode(whole), before.size(), rest)) continue;
      rest.resize(std::min(rest.size(), found.size()));
      ASSERT_EQ(rest, found) << '[' << before << '|' << text << '|' << behind << ']';
      ++settled;
    }
  }
  EXPECT_GT(settled, 20'000u);
}

TEST(Settled, ABorderThatWhatFollowsMayMoveIsLeft) {
  SmallVocabulary small = SmallVocabulary::of_bytes();
  merge_some(small);
  const auto tokenizer = small.load();
  const Ids ab = tokenizer->encode("ab"), name = tokenizer->encode("{\"ab");
  EXPECT_EQ(tokenizer->settled("ab\":\"", any_byte()), ab);
  EXPECT_EQ(tokenizer->settled("{\"ab\":", any_byte()), name);
  EXPECT_EQ(tokenizer->settled("ab", any_byte()), Ids{});
  EXPECT_EQ(tokenizer->settled("ab", only("\",")), ab);
  EXPECT_EQ(tokenizer->settled("ab\":", only("123")), tokenizer->encode("ab\":"));
  EXPECT_EQ(tokenizer->settled("ab\":", only("1-")), ab);
  EXPECT_EQ(tokenizer->settled("}", {.bytes = {}, .nothing = true}), tokenizer->encode("}"));
}

TEST(Settled, NothingIsWhereARegularExpressionCuts) {
  test::SmallJson small = test::SmallJson::of_bytes();
  small.at("/pre_tokenizer") = {
      {"type", "Sequence"},
      {"pretokenizers",
       {{{"type", "Split"},
         {"pattern", {{"Regex", "a+|[^a]+"}}},
         {"behavior", "Isolated"},
         {"invert", false}},
        {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
  EXPECT_EQ(small.load()->settled("aaa\":", any_byte()), Ids{});
}

}  // namespace
}  // namespace ashlar::tokenizer
