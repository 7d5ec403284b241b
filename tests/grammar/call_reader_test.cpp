#include "grammar/call_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/random.h"
#include "grammar/regex_language.h"
#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"

namespace ashlar::grammar {
namespace {

std::vector<Trigger> triggers(std::string begin, std::string open, std::string separator,
                              std::string end) {
  Trigger one{.begin = std::move(begin),
              .open = std::move(open),
              .calls = {},
              .separator = std::move(separator),
              .end = std::move(end)};
  for (const char* head : {"f=", "g="})
    one.calls.push_back({head,
                         std::move(*schema_language(std::move(*load_schema(R"({"type":"object"})")),
                                                    {.white_space = WhiteSpace::any})),
                         ""});
  std::vector<Trigger> all;
  all.push_back(std::move(one));
  return all;
}

// "text", "+call:which", "call:bytes", "-call", one behind the other.
std::string shown(const std::vector<AnswerPiece>& pieces) {
  std::string all;
  for (const AnswerPiece& each : pieces) {
    const std::string call = std::to_string(each.call);
    switch (each.kind) {
      case AnswerPiece::Kind::text: all += "\"" + each.bytes + "\" "; break;
      case AnswerPiece::Kind::begin:
        all += "+" + call + ":" + std::to_string(each.which) + " ";
        break;
      case AnswerPiece::Kind::call: all += call + ":" + each.bytes + " "; break;
      case AnswerPiece::Kind::end: all += "-" + call + " "; break;
    }
  }
  return all;
}

std::string read(std::vector<Trigger> triggers, std::vector<std::string_view> texts,
                 const TriggeredStyle& style = {}) {
  TriggeredLanguage language(std::move(triggers), style, ByteSet().set());
  CallReader reader(language);
  std::string all;
  for (const std::string_view text : texts) {
    std::vector<AnswerPiece> pieces;
    EXPECT_TRUE(reader.read(text, pieces)) << text;
    all += shown(pieces) + "| ";
  }
  std::vector<AnswerPiece> pieces;
  reader.finish(pieces);
  return all + shown(pieces);
}

TEST(CallReader, TellsTextFromCalls) {
  EXPECT_EQ(read(triggers("<c>", "", "", "</c>"), {R"(Hm. <c>f={"a": "</c>\""}</c> <c>g={}</c>!)"}),
            R"("Hm. " +0:0 0:{"a": "</c>\""} -0 " " +1:1 1:{} -1 "!" | )");
}

TEST(CallReader, HoldsBackWhatMayBecomeATrigger) {
  EXPECT_EQ(
      read(triggers("<c>", "", "", "</c>"), {"a<", "c", "d<c", ">", "f", "={", " }</", "c><"}),
      R"("a" | | "<cd" | | | +0:0 0:{ | 0: } -0 | | "<" )");
}

TEST(CallReader, ReadsListsOfCalls) {
  EXPECT_EQ(read(triggers("CALLS", " [", ", ", "]"), {"CALLS [f={}, g={\"b\":1}]"},
                 {.behind = Behind::nothing}),
            R"(+0:0 0:{} -0 +1:1 1:{"b":1} -1 | )");
}

TEST(CallReader, EndsACallThatNothingCloses) {
  EXPECT_EQ(read(triggers("C", "", "", ""), {"Cf={}", "Cg={}"}, {.behind = Behind::calls}),
            R"(+0:0 0:{} | -0 +1:1 1:{} | -1 )");
  EXPECT_EQ(read(triggers("C", "", "", ""), {"Cf={} a"}), R"(+0:0 0:{} -0 " a" | )");
}

// What the texts are, found by looking for the next trigger with the whole text at hand: "<a",
// "0" or "1", digits, ">"; or "[" of digits with "," between, "]". None: it is no such text.
std::optional<std::string> slowly_read(std::string_view text) {
  std::string all, free;
  std::uint32_t calls = 0;
  const auto digits = [&](std::uint32_t which) {
    const std::size_t size = std::min(text.find_first_not_of("01"), text.size());
    if (size == 0) return false;
    const std::string call = std::to_string(calls++);
    all += "+" + call + ":" + std::to_string(which) + " ";
    all += call + ":" + std::string(text.substr(0, size)) + " -" + call + " ";
    text.remove_prefix(size);
    return true;
  };
  const auto take = [&](std::string_view wanted) {
    if (!text.starts_with(wanted)) return false;
    text.remove_prefix(wanted.size());
    return true;
  };
  const auto end_text = [&] {
    if (!free.empty()) all += "\"" + std::exchange(free, {}) + "\" ";
  };
  while (!text.empty()) {
    if (take("<a")) {
      end_text();
      const bool one = text.starts_with('1');
      if (!take("0") && !take("1")) return std::nullopt;
      if (!digits(one ? 1 : 0) || !take(">")) return std::nullopt;
    } else if (take("[")) {
      end_text();
      do {
        if (!take("=") || !digits(2)) return std::nullopt;
      } while (take(","));
      if (!take("]")) return std::nullopt;
    } else {
      free += text.front();
      text.remove_prefix(1);
    }
  }
  end_text();
  return all;
}

// Random texts of few bytes, whole and in any pieces, are what a look at the whole text says.
TEST(CallReader, ReadsWhatALookAtTheWholeTextFinds) {
  const auto digits = [] {
    return std::move(*regex_language(*parse_regex("[01]+"), ByteSet().set()));
  };
  std::vector<Trigger> both(2);
  both[0] = {.begin = "<a", .calls = {}, .end = ">"};
  both[0].calls.push_back({"0", digits(), ""});
  both[0].calls.push_back({"1", digits(), ""});
  both[1] = {.begin = "[", .calls = {}, .separator = ",", .end = "]"};
  both[1].calls.push_back({"=", digits(), ""});
  TriggeredLanguage language(std::move(both), {}, ByteSet().set());
  constexpr std::string_view kParts[] = {"<a", "<", "a",   "0",     "1",   ">",   "[", "=",
                                         ",",  "]", "<a0", "<a10>", "[=1", ",=0", "x"};
  std::size_t had = 0;
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    auto draw = [&, at = std::uint64_t{0}](std::size_t below) mutable {
      return static_cast<std::size_t>(base::uniform(seed, 0, at++) * static_cast<double>(below));
    };
    std::string text;
    for (std::size_t i = draw(7); i < 7; ++i) text += kParts[draw(std::size(kParts))];
    CallReader reader(language);
    std::vector<AnswerPiece> pieces;
    StateId state = language.start();
    for (const char byte : text) state = *language.next(state, static_cast<std::uint8_t>(byte));
    const auto expected = slowly_read(text);
    ASSERT_EQ(state != kDead && language.accepts(state), expected.has_value()) << text;
    if (!expected) continue;
    ++had;
    const std::size_t cut = draw(text.size() + 1);
    ASSERT_TRUE(reader.read(text.substr(0, cut), pieces));
    ASSERT_TRUE(reader.read(text.substr(cut), pieces));
    reader.finish(pieces);
    ASSERT_EQ(shown(pieces), *expected) << text;
  }
  EXPECT_GT(had, 2'000u);
}

TEST(CallReader, RefusesWhatLeavesTheLanguage) {
  TriggeredLanguage language(triggers("<c>", "", "", "</c>"), {}, ByteSet().set());
  CallReader reader(language);
  std::vector<AnswerPiece> pieces;
  EXPECT_EQ(reader.read("<c>h", pieces).error().kind, ErrorKind::internal);
}

}  // namespace
}  // namespace ashlar::grammar
