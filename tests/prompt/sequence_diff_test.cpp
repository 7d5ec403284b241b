// Edits lead from one sequence to the other, and are few.
#include "prompt/sequence_diff.h"

#include <gmock/gmock.h>

#include <random>

namespace ashlar::prompt {
namespace {

using Texts = std::vector<std::string>;

std::string shown(const Texts& before, const Texts& after) {
  std::string text;
  for (const Edit& edit : sequence_diff(before, after))
    text += edit.kind == EditKind::keep     ? " " + before[edit.before]
            : edit.kind == EditKind::remove ? "-" + before[edit.before]
                                            : "+" + after[edit.after];
  return text;
}

Texts letters(const char* text) {
  Texts list;
  for (; *text; ++text) list.emplace_back(1, *text);
  return list;
}

TEST(SequenceDiff, KnownEdits) {
  EXPECT_EQ(shown({}, {}), "");
  EXPECT_EQ(shown(letters("abc"), letters("abc")), " a b c");
  EXPECT_EQ(shown(letters("abc"), {}), "-a-b-c");
  EXPECT_EQ(shown({}, letters("ab")), "+a+b");
  EXPECT_EQ(shown(letters("axc"), letters("ayc")), " a-x+y c");
  EXPECT_EQ(shown(letters("abcd"), letters("bcde")), "-a b c d+e");
  EXPECT_EQ(shown(letters("aa"), letters("aaa")), " a a+a");
}

// Longest common subsequence by its definition.
std::size_t common(const Texts& a, const Texts& b, std::size_t i = 0, std::size_t j = 0) {
  if (i == a.size() || j == b.size()) return 0;
  if (a[i] == b[j]) return 1 + common(a, b, i + 1, j + 1);
  return std::max(common(a, b, i + 1, j), common(a, b, i, j + 1));
}

TEST(SequenceDiff, EditsAreWholeAndAsFewAsCanBe) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Texts before, after;
    for (unsigned i = random() % 8; i > 0; --i) before.emplace_back(1, "abc"[random() % 3]);
    for (unsigned i = random() % 8; i > 0; --i) after.emplace_back(1, "abc"[random() % 3]);
    Texts from, to;
    std::size_t kept = 0;
    for (const Edit& edit : sequence_diff(before, after)) {
      if (edit.kind != EditKind::add) from.push_back(before[edit.before]);
      if (edit.kind != EditKind::remove) to.push_back(after[edit.after]);
      kept += edit.kind == EditKind::keep;
    }
    EXPECT_EQ(from, before);
    EXPECT_EQ(to, after);
    EXPECT_EQ(kept, common(before, after));
  }
}

TEST(SequenceDiff, LongSequencesGoAndComeWhole) {
  Texts before{"same"}, after{"same"};
  for (int i = 0; i < 3'000; ++i) {
    before.push_back("a" + std::to_string(i));
    after.push_back("b" + std::to_string(i));
  }
  before.push_back("a");
  const auto edits = sequence_diff(before, after);
  EXPECT_EQ(edits.size(), 1 + 3'001u + 3'000u);
  EXPECT_EQ(edits[0].kind, EditKind::keep);
  EXPECT_EQ(edits[1].kind, EditKind::remove);
  EXPECT_EQ(edits.back().kind, EditKind::add);
}

}  // namespace
}  // namespace ashlar::prompt
