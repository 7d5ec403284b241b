#include "grammar/triggered_language.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "grammar/constraint.h"
#include "grammar/free_text.h"
#include "grammar/regex_language.h"
#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"
#include "tests/grammar/language_support.h"

namespace ashlar::grammar {
namespace {

std::unique_ptr<Language> regex(std::string_view text) {
  return std::move(*regex_language(*parse_regex(text), ByteSet().set()));
}
std::unique_ptr<Language> schema(std::string_view text) {
  return std::move(*schema_language(std::move(*load_schema(text)), {}));
}

using Made = std::unique_ptr<TriggeredLanguage>;
Made made(std::vector<Trigger> triggers, const TriggeredStyle& style = {},
          const ByteSet& alphabet = ByteSet().set()) {
  auto language = std::make_unique<TriggeredLanguage>(std::move(triggers), style, alphabet);
  const auto opened = language->open();
  EXPECT_TRUE(opened) << opened.error().line();
  return language;
}
// A call is <c>, digits, </c>.
Made calls(const TriggeredStyle& style = {}) {
  std::vector<Trigger> triggers;
  triggers.push_back({"<c>", regex("[0-9]{1,2}"), "</c>"});
  return made(std::move(triggers), style);
}
StateId behind(Language& language, std::string_view text) {
  StateId state = language.start();
  for (const char byte : text) state = *language.next(state, static_cast<std::uint8_t>(byte));
  return state;
}
Place place(TriggeredLanguage& language, std::string_view text) {
  return language.place(behind(language, text));
}

void expect(Language& language, std::initializer_list<const char*> in,
            std::initializer_list<const char*> out) {
  for (const char* text : in) EXPECT_TRUE(has(language, text)) << text;
  for (const char* text : out) EXPECT_FALSE(has(language, text)) << text;
}

TEST(TriggeredLanguage, IsTextWithCallsInside) {
  expect(*calls(),
         {"", "é <d> </c> <c", "<c>1</c>", "a<c>12</c>b<c>3</c>", "<<c>1</c>", "<c<c>1</c>"},
         {"<c>", "<c></c>", "<c>123</c>", "<c>x</c>", "<c>1", "<c>1</c", "\xC3", "\xFF"});
}

TEST(TriggeredLanguage, MayRequireACall) {
  expect(*calls({.required = true}), {"<c>1</c>", "a<c>1</c> b"}, {"", "a", "a<c>1"});
}

TEST(TriggeredLanguage, MayBeginWithACallAtOnce) {
  const auto language = calls({.text_first = false, .required = true});
  expect(*language, {"<c>1</c>", "<c>1</c> a <c>2</c>"}, {"", " <c>1</c>", "a"});
  EXPECT_EQ(behind(*language, "<<"), kDead);
}

TEST(TriggeredLanguage, CountsCalls) {
  const auto language = calls({.most_calls = 1});
  expect(*language, {"<c>1</c> a<c"}, {"<c>1</c> <c>2</c>"});
  EXPECT_EQ(behind(*language, "<c>1</c><c>"), kDead);
}

TEST(TriggeredLanguage, MayHaveNothingButCallsBehindACall) {
  const auto language = calls({.most_calls = 2, .behind = Behind::calls});
  expect(*language, {"a<c>1</c>", "<c>1</c>\n <c>2</c>"},
         {"<c>1</c>a", "<c>1</c>\n<", "<c>1</c><c>2</c> ", "<c>1</c><c>2</c><c>3</c>"});
  EXPECT_NE(behind(*language, "<c>1</c>" + std::string(kMostSpaces, ' ')), kDead);
  EXPECT_EQ(behind(*language, "<c>1</c>" + std::string(kMostSpaces + 1, ' ')), kDead);
}

TEST(TriggeredLanguage, MayHaveNothingBehindACall) {
  expect(*calls({.behind = Behind::nothing}), {"a", "a<c>1</c>"},
         {"<c>1</c>a", "<c>1</c><c>2</c>"});
}

TEST(TriggeredLanguage, SeveralTriggersHaveCallsOfTheirOwn) {
  std::vector<Trigger> triggers;
  triggers.push_back({"<a>", regex("1"), "</a>"});
  triggers.push_back({"<b>", regex("2"), "</b>"});
  const auto language = made(std::move(triggers));
  expect(*language, {"<b>2</b><a>1</a>"}, {"<a>2</a>", "<a>1</b>"});
  EXPECT_EQ(place(*language, "<b>").which, 1u);
}

TEST(TriggeredLanguage, ACallMayBeAListOfCalls) {
  const auto list = [](std::uint32_t most) {
    std::vector<Trigger> triggers;
    triggers.push_back({"[", regex("[0-9]"), "; ]", "; "});
    triggers[0].end = "]";
    return made(std::move(triggers), {.most_calls = most, .behind = Behind::nothing});
  };
  expect(*list(2), {"[1]", "x[1; 2]"}, {"[1; 2; 3]", "[1; ]", "[1;2]", "[]"});
  const auto language = list(9);
  EXPECT_EQ(place(*language, "[1;").part, Place::Part::between);
  EXPECT_EQ(place(*language, "[1; "), (Place{Place::Part::call, 0, 2, 0}));
}

TEST(TriggeredLanguage, ClosingTextsMayBeginAlike) {
  std::vector<Trigger> triggers;
  triggers.push_back({"[", regex("[0-9]"), "\n]", "\n,"});
  expect(*made(std::move(triggers)), {"[1\n]", "[1\n,2\n]"}, {"[1\n", "[1]", "[1\n2\n]"});
}

TEST(TriggeredLanguage, ATriggerMayBePartOfTheCall) {
  const auto json = [](const TriggeredStyle& style) {
    std::vector<Trigger> triggers;
    triggers.push_back({.begin = "{\"n\"",
                        .inner = schema(R"({"properties":{"n":{"type":"boolean"}},
                                            "required":["n"],"additionalProperties":false})"),
                        .end = "",
                        .in_inner = true,
                        .first_only = true});
    return made(std::move(triggers), style);
  };
  const auto language = json({.behind = Behind::nothing});
  expect(*language, {R"({"n":true})", "{", R"( {"n":1})", R"({"n )"},
         {R"({"n")", R"({"n":1})", R"({"n":true} )"});
  EXPECT_EQ(place(*language, R"({"n)").pending, 3u);
  EXPECT_EQ(place(*language, R"({"n")").part, Place::Part::call);
  const auto required = json({.required = true, .behind = Behind::nothing});
  EXPECT_NE(behind(*required, "{"), kDead);
  EXPECT_EQ(behind(*required, "x"), kDead) << "no call could come any more";
}

TEST(TriggeredLanguage, TellsWhereItIs) {
  const auto language = calls();
  EXPECT_EQ(place(*language, "a"), (Place{Place::Part::text, 0, 0, 0}));
  EXPECT_EQ(place(*language, "a<c"), (Place{Place::Part::text, 0, 0, 2}));
  EXPECT_EQ(place(*language, "a<cx").pending, 0u);
  EXPECT_EQ(place(*language, "a<c>"), (Place{Place::Part::call, 0, 1, 0}));
  EXPECT_EQ(place(*language, "a<c>1"), (Place{Place::Part::call, 0, 1, 0}));
  EXPECT_EQ(place(*language, "a<c>1<"), (Place{Place::Part::between, 0, 1, 0}));
  EXPECT_EQ(place(*language, "a<c>1</c>"), (Place{Place::Part::text, 0, 1, 0}));
  const auto strict = calls({.text_first = false, .most_calls = 2, .behind = Behind::calls});
  EXPECT_EQ(place(*strict, "<").part, Place::Part::trigger);
  EXPECT_EQ(place(*strict, "<c>1</c> ").part, Place::Part::between);
  EXPECT_EQ(place(*strict, "<c>1</c> <").part, Place::Part::trigger);
  EXPECT_EQ(place(*strict, "<c>1</c><c>2</c>").part, Place::Part::between);
}

TEST(TriggeredLanguage, BeginsNoCharacterThatCantBeEnded) {
  ByteSet alphabet;
  for (const unsigned byte : {0x61u, 0xC3u, 0xA9u, 0xEDu}) alphabet.set(byte);
  const auto language = made({}, {}, alphabet);
  EXPECT_TRUE(has(*language, "aé"));
  EXPECT_EQ(behind(*language, "\xED"), kDead);
}

TEST(TriggeredLanguage, RefusesWhatCantBeWritten) {
  const auto refusal = [](Trigger trigger, const ByteSet& alphabet) {
    std::vector<Trigger> triggers;
    triggers.push_back(std::move(trigger));
    TriggeredLanguage language(std::move(triggers), {}, alphabet);
    const auto opened = language.open();
    return opened ? Error{} : opened.error();
  };
  EXPECT_EQ(refusal({"<", regex("1"), ">"}, ~ByteSet().set('>')).kind, ErrorKind::unsupported);
  EXPECT_EQ(
      refusal({.begin = "<", .inner = regex("1"), .end = ">", .in_inner = true}, ByteSet().set())
          .message,
      "no call begins with '<'");
}

// Of every state that is met the mask has exactly the tokens whose bytes lead on.
TEST(TriggeredLanguage, MasksAreWhatAWalkOfEachTokenGives) {
  std::vector<std::string> spelling;
  for (unsigned byte = 0; byte < 256; ++byte) spelling.push_back({static_cast<char>(byte)});
  for (const char* word : {"<c", ">{", "{\"a\":", "\"x", "x\"", "\"}", "\"}</c>", "\"}</c> b<c>",
                           "</", "c>", "xx", "[\"", "\",", "\"]", "</c", "<c>{\"a\":\"x\"}</c>"})
    spelling.emplace_back(word);
  const auto end = static_cast<TokenId>(spelling.size());
  spelling.emplace_back();
  const std::vector<std::string_view> views(spelling.begin(), spelling.end());
  const auto texts = std::make_shared<FreeTextMasks>(std::make_shared<TokenTrie>(views));
  std::vector<Trigger> triggers;
  triggers.push_back({"<c>", schema(R"({"type":"object","properties":{"a":{"type":"string"},
      "b":{"type":"array","uniqueItems":true,"items":{"type":"string"}}},"required":["a"],
      "additionalProperties":false})"),
                      "</c>"});
  auto language = made(std::move(triggers));
  TriggeredLanguage& inside = *language;
  Constraint held(std::move(language), texts, {end});
  for (const std::string text : {R"(b <c>{"a":"x"}</c> é<c>{"a":"xx","b":["x","xx"]}</c>x)",
                                 R"(<c>{"a":"","b":["x",""]}</c><c>{"a":"x"}</c>)"}) {
    StateId state = held.start();
    for (const char byte : text) {
      const auto mask = held.mask(state).value();
      for (TokenId id = 0; id < end; ++id)
        EXPECT_EQ(mask->allows(id), held.after(state, id).value() != kDead)
            << text << " at " << state << ": " << spelling[id];
      EXPECT_EQ(mask->allows(end), inside.accepts(state));
      state = held.after(state, static_cast<std::uint8_t>(byte)).value();
      ASSERT_NE(state, kDead) << text;
    }
    EXPECT_TRUE(held.can_end(state));
  }
}

}  // namespace
}  // namespace ashlar::grammar
