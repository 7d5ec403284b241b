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
  return std::make_unique<TriggeredLanguage>(std::move(triggers), style, alphabet);
}
struct Inner {
  const char* head;
  const char* regex;
  const char* tail = "";
};
Trigger trigger(std::string begin, std::initializer_list<Inner> calls, std::string end) {
  Trigger made{.begin = std::move(begin), .calls = {}, .end = std::move(end)};
  for (const Inner& each : calls) made.calls.push_back({each.head, regex(each.regex), each.tail});
  return made;
}
std::vector<Trigger> list(Trigger one) {
  std::vector<Trigger> triggers;
  triggers.push_back(std::move(one));
  return triggers;
}
// A call is <c>, digits, </c>.
Made calls(const TriggeredStyle& style = {}) {
  return made(list(trigger("<c", {{">", "[0-9]{1,2}"}}, "</c>")), style);
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
         {"", "é <d> </c> <", "<c>1</c>", "a<c>12</c>b<c>3</c>", "<<c>1</c>", "a< <c>1</c>"},
         {"<c", "<c>", "<c></c>", "<c>123</c>", "<c>x</c>", "<c>1", "<c>1</c", "\xC3", "\xFF"});
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
  expect(*language, {"<c>1</c> a<"}, {"<c>1</c> <c>2</c>"});
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
  std::vector<Trigger> triggers = list(trigger("<a", {{">", "1"}}, "</a>"));
  triggers.push_back(trigger("<b", {{">", "2"}}, "</b>"));
  const auto language = made(std::move(triggers));
  expect(*language, {"<b>2</b><a>1</a>"}, {"<a>2</a>", "<a>1</b>"});
  EXPECT_EQ(place(*language, "<b>").which, 1u);
}

TEST(TriggeredLanguage, AHeadTellsWhichCallItIs) {
  const auto language =
      made(list(trigger("<", {{"ab(", "1", ")"}, {"abc(", "2", ")"}, {"b[", "3", "]"}}, ">")));
  expect(*language, {"<ab(1)>", "<abc(2)>", "<b[3]>"}, {"<ab(2)>", "<a(1)>", "<b[3)>", "<>"});
  EXPECT_EQ(place(*language, "<abc").part, Place::Part::mark);
  EXPECT_EQ(place(*language, "<abc(").which, 1u);
  EXPECT_EQ(place(*language, "x<b[3"), (Place{Place::Part::call, 2, 1, 0, true}));
}

TEST(TriggeredLanguage, ATriggerMayOpenAListOfCalls) {
  const auto lists = [](std::uint32_t most) {
    Trigger one = trigger("CALLS", {{"a", "[0-9]"}, {"b", "[0-9]"}}, "]");
    one.open = " [";
    one.separator = "; ";
    return made(list(std::move(one)), {.most_calls = most, .behind = Behind::nothing});
  };
  expect(*lists(2), {"CALLS [a1]", "xCALLS [a1; b2]"},
         {"CALLS [a1; a2; a3]", "CALLS [a1; ]", "CALLS [a1;a2]", "CALLS []", "CALLS [a1; [a1]"});
  const auto language = lists(9);
  EXPECT_EQ(place(*language, "CALLS [a1;"), (Place{Place::Part::mark, 0, 1, 0}));
  EXPECT_EQ(place(*language, "CALLS [a1; b"), (Place{Place::Part::call, 1, 2, 0, true}));
}

TEST(TriggeredLanguage, ClosingTextsMayBeginAlike) {
  Trigger one = trigger("[", {{"=", "[0-9]", "."}}, "\n]");
  one.separator = "\n,";
  expect(*made(list(std::move(one))), {"[=1.\n]", "[=1.\n,=2.\n]"},
         {"[=1.\n", "[=1]", "[=1.\n=2.\n]"});
}

TEST(TriggeredLanguage, NothingNeedCloseACall) {
  const auto language = made(list(trigger("f", {{"=", "[0-9]+"}}, "")));
  expect(*language, {"f=1", "f=12 a", "f=1f=2"}, {"f=", "f=a"});
  EXPECT_EQ(place(*language, "f=12"), (Place{Place::Part::call, 0, 1, 0, false}));
  EXPECT_EQ(place(*language, "f=12a").part, Place::Part::text);
}

TEST(TriggeredLanguage, ATriggerMayBeOneOnlyWhereTheAnswerBegins) {
  const auto first = [](const TriggeredStyle& style) {
    Trigger one = trigger("{c", {{"=", "[0-9]", "}"}}, "");
    one.first_only = true;
    return made(list(std::move(one)), style);
  };
  const auto language = first({.behind = Behind::nothing});
  expect(*language, {"{c=1}", "{", " {c=x", "x{c=1} {c"}, {"{c", "{cx", "{c=1} "});
  EXPECT_EQ(place(*language, "{").pending, 1u);
  const auto required = first({.required = true, .behind = Behind::nothing});
  EXPECT_NE(behind(*required, "{"), kDead);
  EXPECT_EQ(behind(*required, "x"), kDead) << "no call could come any more";
}

TEST(TriggeredLanguage, TellsWhereItIs) {
  const auto language = calls();
  EXPECT_EQ(place(*language, "a"), (Place{Place::Part::text, 0, 0, 0}));
  EXPECT_EQ(place(*language, "a<"), (Place{Place::Part::text, 0, 0, 1}));
  EXPECT_EQ(place(*language, "a<x").pending, 0u);
  EXPECT_EQ(place(*language, "a<c"), (Place{Place::Part::mark, 0, 1, 2}));
  EXPECT_EQ(place(*language, "a<c>"), (Place{Place::Part::call, 0, 1, 0, true}));
  EXPECT_EQ(place(*language, "a<c>1"), (Place{Place::Part::call, 0, 1, 0, true}));
  EXPECT_EQ(place(*language, "a<c>1<"), (Place{Place::Part::mark, 0, 1, 0}));
  EXPECT_EQ(place(*language, "a<c>1</c>"), (Place{Place::Part::text, 0, 1, 0}));
  EXPECT_EQ(place(*calls({.most_calls = 1}), "<c>1</c><").pending, 0u);
  const auto strict = calls({.text_first = false, .most_calls = 2, .behind = Behind::calls});
  for (const char* text : {"<", "<c>1</c> ", "<c>1</c> <", "<c>1</c><c>2</c>"})
    EXPECT_EQ(place(*strict, text).part, Place::Part::mark) << text;
}

TEST(TriggeredLanguage, BeginsNoCharacterThatCantBeEnded) {
  ByteSet alphabet;
  for (const unsigned byte : {0x61u, 0xC3u, 0xA9u, 0xEDu}) alphabet.set(byte);
  const auto language = made({}, {}, alphabet);
  EXPECT_TRUE(has(*language, "aé"));
  EXPECT_EQ(behind(*language, "\xED"), kDead);
}

TEST(TriggeredLanguage, RefusesWhatCantBeWritten) {
  const auto check = [](char missing) {
    return made(list(trigger("<", {{"a", "1", "."}}, ">")), {},
                ~ByteSet().set(static_cast<unsigned char>(missing)))
        ->check_alphabet();
  };
  for (const char missing : {'<', 'a', '.', '>'})
    EXPECT_EQ(check(missing).error().kind, ErrorKind::unsupported) << missing;
  EXPECT_TRUE(check('x'));
}

TEST(TriggeredLanguage, ACallIsLikeThoseBeforeIt) {
  const auto same = [](const TriggeredStyle& style, std::string_view one, std::string_view other) {
    const auto language = calls(style);
    return *language->alike(behind(*language, one)) == *language->alike(behind(*language, other));
  };
  EXPECT_TRUE(same({}, "a<c>1", "<c>1</c><c>1"));
  EXPECT_TRUE(same({}, "a<", "<c>1</c>a<"));
  EXPECT_FALSE(same({}, "<c>1", "<c>12"));
  EXPECT_FALSE(same({.required = true}, "a", "<c>1</c>a"));
  EXPECT_TRUE(same({.required = true}, "<c>1</c>a", "<c>1</c><c>1</c>a"));
  EXPECT_FALSE(same({.most_calls = 2}, "<c>1", "<c>1</c><c>1"));
}

// Of every state that is met, the mask has exactly the tokens whose bytes lead on.
void check_masks(std::string_view of_calls, std::initializer_list<std::string> texts,
                 const TriggeredStyle& style = {}) {
  std::vector<std::string> spelling;
  for (unsigned byte = 0; byte < 256; ++byte) spelling.push_back({static_cast<char>(byte)});
  for (const char* word :
       {"<c", ">{",     "{\"a\":", "\"x",        "x\"",    "\"}", "\"}</c>", "\"}</c> b<c>",
        "</", "c>",     "xx",      "[\"",        "\",",    "\"]", "</c",     "<c>{\"a\":\"x\"}</c>",
        "12", "1}</c>", "red",     "\"red\"}</", "}</c><c"})
    spelling.emplace_back(word);
  const auto end = static_cast<TokenId>(spelling.size());
  spelling.emplace_back();
  const std::vector<std::string_view> views(spelling.begin(), spelling.end());
  Trigger one{.begin = "<c", .calls = {}, .end = "</c>"};
  one.calls.push_back({">", schema(of_calls), ""});
  auto language = made(list(std::move(one)), style);
  TriggeredLanguage& inside = *language;
  Constraint held(std::move(language),
                  std::make_shared<FreeTextMasks>(std::make_shared<TokenTrie>(views)), {end});
  for (const std::string& text : texts) {
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

TEST(TriggeredLanguage, MasksHoldStringsAndKeptItems) {
  constexpr const char* kSchema = R"({"type":"object","properties":{"a":{"type":"string"},
      "b":{"type":"array","uniqueItems":true,"items":{"type":"string"}}},"required":["a"],
      "additionalProperties":false})";
  check_masks(kSchema, {R"(b <c>{"a":"x"}</c> é<c>{"a":"xx","b":["x","xx"]}</c>x)",
                        R"(<c>{"a":"","b":["x",""]}</c><c>{"a":"x"}</c>)"});
  check_masks(kSchema, {R"(<c>{"a":"x","b":["x"]}</c> <c>{"a":"x"}</c>)"},
              {.text_first = false, .required = true, .most_calls = 2, .behind = Behind::calls});
}

TEST(TriggeredLanguage, MasksHoldWhatIsReadInSeveralWays) {
  check_masks(R"({"anyOf":[
      {"type":"object","properties":{"a":{"type":"string","pattern":"^x+$"}},"required":["a"],
       "additionalProperties":false},
      {"type":"object","properties":{"a":{"enum":["red","x"]},"n":{"type":"integer"}},
       "required":["a"],"additionalProperties":false}]})",
              {R"(x<c>{"a":"xx"}</c><c>{"a":"x","n":12}</c>)", R"(<c>{"a":"red"}</c>)"},
              {.required = true});
}

TEST(TriggeredLanguage, MasksHoldNumbersThatACallEndsWith) {
  check_masks(R"({"type":"integer","minimum":1,"maximum":121})", {"<c>12</c>< <c>1</c>"});
}

}  // namespace
}  // namespace ashlar::grammar
