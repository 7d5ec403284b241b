#include "grammar/call_reader.h"

#include <gtest/gtest.h>

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

TEST(CallReader, RefusesWhatLeavesTheLanguage) {
  TriggeredLanguage language(triggers("<c>", "", "", "</c>"), {}, ByteSet().set());
  CallReader reader(language);
  std::vector<AnswerPiece> pieces;
  EXPECT_EQ(reader.read("<c>h", pieces).error().kind, ErrorKind::internal);
}

}  // namespace
}  // namespace ashlar::grammar
