#include "chat/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ashlar::chat {
namespace {

// The text with its input in [ ].
std::string marked(const Text& text) {
  std::string out;
  std::size_t at = 0;
  for (const InputRange& range : text.input()) {
    out += std::string(text.view().substr(at, range.begin - at)) + "[" +
           std::string(text.view().substr(range.begin, range.end - range.begin)) + "]";
    at = range.end;
  }
  return out + std::string(text.view().substr(at));
}

TEST(Text, IsEmptyByDefault) {
  EXPECT_EQ(Text().view(), "");
  EXPECT_FALSE(Text().has_input());
  EXPECT_EQ(Text("abc").size(), 3u);
}

TEST(TextBuilder, KeepsAndMergesRanges) {
  Meter meter{{}};
  TextBuilder builder(meter);
  builder.append("a");
  builder.append("b", true);
  builder.append("c", true);
  builder.append("d");
  builder.append("", true);
  const Text text = *builder.finish();
  EXPECT_EQ(marked(text), "a[bc]d");
  builder.append(text, 2, 4);
  builder.append(text);
  EXPECT_EQ(marked(*builder.finish()), "[c]da[bc]d");
}

TEST(TextBuilder, TakesNoMoreThanTheLimit) {
  Meter meter({.steps = 100, .depth = 1, .output_bytes = 5});
  TextBuilder builder(meter);
  builder.append("abc");
  builder.append("def");
  EXPECT_TRUE(builder.full());
  EXPECT_EQ(builder.size(), 3u);
  const auto text = builder.finish();
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::too_large);
}

TEST(TextBuilder, FillStopsAtTheLimitToo) {
  Meter meter({.steps = 100, .depth = 1, .output_bytes = 5});
  TextBuilder builder(meter);
  builder.fill(SIZE_MAX, "x");
  EXPECT_EQ(builder.size(), 5u);
  EXPECT_TRUE(builder.full());
}

TEST(TextBuilder, BytesAreGivenBackWhenTheLastCopyGoes) {
  Meter meter({.steps = 1000, .depth = 1, .output_bytes = 100});
  for (int i = 0; i < 50; ++i) {
    TextBuilder builder(meter);
    builder.fill(100, "x");
    const auto text = builder.finish();
    ASSERT_TRUE(text) << i;
    const Text copy = *text;
    EXPECT_EQ(copy.view().data(), text->view().data());
  }
}

TEST(Cut, OfEverythingIsTheTextItself) {
  Meter meter{{}};
  const Text text("abc");
  EXPECT_EQ(cut(meter, text, 0, 3)->view().data(), text.view().data());
  EXPECT_EQ(cut(meter, text, 1, 2)->view(), "b");
  EXPECT_EQ(cut(meter, text, 2, 1)->view(), "");
  EXPECT_TRUE(cut(meter, text.with_markup(true), 1, 2)->markup());
}

// Cutting and putting together again changes neither the bytes nor whose they are.
RC_GTEST_PROP(Cut, AndJoinIsTheSame, (const std::vector<std::pair<std::string, bool>>& parts)) {
  Meter meter{{}};
  TextBuilder builder(meter);
  for (const auto& [bytes, input] : parts) builder.append(bytes, input);
  const Text whole = *builder.finish();
  const auto middle = *rc::gen::inRange<std::size_t>(0, whole.size() + 1);
  builder.append(*cut(meter, whole, 0, middle));
  builder.append(*cut(meter, whole, middle, whole.size()));
  const Text again = *builder.finish();
  RC_ASSERT(again.view() == whole.view());
  RC_ASSERT(marked(again) == marked(whole));
}

}  // namespace
}  // namespace ashlar::chat
