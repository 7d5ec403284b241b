// Masks of schemas are found by short cuts: strings of the vocabulary, rests behind them, states
// that stand for others. Whatever they are, a mask is what trying each token gives.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/constraint.h"
#include "grammar/free_text.h"
#include "grammar/language.h"
#include "grammar/schema_language.h"
#include "grammar/schema_loader.h"

namespace ashlar::grammar {
namespace {

// Every byte, and tokens that begin, end and cross what JSON is made of.
const std::vector<std::string> kWords = {
    "{\"",       "\":",     "\":\"",    "\": \"",    "\",\"",      "\", \"", "\"}",    "\"]",
    "\"},",      "\"],\"",  "},{\"",    "[\"",       "a",          "ab",     "abc",    "name",
    "na",        "me\":",   "tags\":[", "ta",        "gs",         "xy\"",   "x\":1",  "a\",",
    "b\"]",      "a\",\"a", "a\",\"b",  "a\",\"a\"", "b\",\"a\"]", "\\\"",   "\\n",    "\\u00",
    "\\u0061",   "\\u00e9", "e9",       "\\ud83d",   "\\ude00",    "\\\\",   "é",      "éé",
    "漢",        "\xC3",    "\xA9\"",   "  ",        " \n ",       ", ",     ": ",     "1",
    "12",        "123",     "1,",       "2]",        "1.5",        "e1",     "-1",     "0.",
    "true",      "tru",     "e,",       "null",      "nul",        "l}",     "false",  "[1",
    "[[",        "]]",      "}}",       "{}",        "[]",         "\"\"",   "\"a\":", "aaaaaaaa",
    "bbbb\",\"", "x1",      "x1\":",
};

struct Vocabulary {
  Vocabulary() {
    for (int byte = 0; byte < 256; ++byte) spelling.emplace_back(1, static_cast<char>(byte));
    spelling.insert(spelling.end(), kWords.begin(), kWords.end());
    end = static_cast<TokenId>(spelling.size());
    spelling.emplace_back();
    const std::vector<std::string_view> views(spelling.begin(), spelling.end());
    texts = std::make_shared<FreeTextMasks>(std::make_shared<TokenTrie>(views));
  }
  std::vector<std::string> spelling;
  std::shared_ptr<FreeTextMasks> texts;
  TokenId end = 0;
};

std::unique_ptr<Language> language(std::string_view schema, const SchemaStyle& style) {
  return schema_language(load_schema(schema, {.assert_formats = true}).value(), style).value();
}

// Whether bytes lead on, in a language that no mask was asked of.
class Trial {
 public:
  Trial(std::string_view schema, const SchemaStyle& style) : language_(language(schema, style)) {}

  StateId behind(std::string_view text) {
    StateId state = language_->start();
    for (const char byte : text)
      if (state != kDead) state = language_->next(state, static_cast<std::uint8_t>(byte)).value();
    return state;
  }
  bool ends(std::string_view text) { return language_->accepts(behind(text)); }

 private:
  std::unique_ptr<Language> language_;
};

// At each of the text's bytes the mask is what trying each token gives.
void expect_true_masks(std::string_view schema, std::string_view text, const SchemaStyle& style) {
  static const Vocabulary vocabulary;
  Constraint held(language(schema, style), vocabulary.texts, {vocabulary.end});
  Trial trial(schema, style);
  StateId state = held.start();
  for (std::size_t at = 0;; ++at) {
    const std::string begun(text.substr(0, at));
    const SharedMask mask = held.mask(state).value();
    std::size_t count = 0;
    for (TokenId id = 0; id < vocabulary.end; ++id) {
      const bool wanted = trial.behind(begun + vocabulary.spelling[id]) != kDead;
      ASSERT_EQ(mask->allows(id), wanted)
          << schema << " behind " << begun << ": " << vocabulary.spelling[id];
      count += wanted ? 1 : 0;
    }
    ASSERT_EQ(mask->allows(vocabulary.end), trial.ends(begun)) << begun;
    ASSERT_EQ(mask->count, count + (trial.ends(begun) ? 1 : 0)) << begun;
    if (at == text.size()) return;
    state = held.after(state, static_cast<std::uint8_t>(text[at])).value();
    ASSERT_NE(state, kDead) << schema << " " << begun;
  }
}

struct Pair {
  const char *schema, *text;
};

constexpr Pair kPairs[] = {
    {R"({})", R"({"a":[1,"x\u00e9é"],"b":{"c":null}})"},
    {R"({"type":"object","properties":{"name":{"type":"string"},"tags":{"type":"array","items":
        {"type":"string"}}},"required":["name"]})",
     R"({"name":"ab\n","tags":["a","b"],"x1":true})"},
    {R"({"type":"object","properties":{"name":{"type":"string","minLength":2,"maxLength":4}},
        "additionalProperties":false})",
     R"({"name":"aé漢b"})"},
    {R"({"type":"array","items":{"type":"string"},"uniqueItems":true})", R"(["a","b","ab",""])"},
    {R"({"type":"array","items":{"type":"array","items":{"type":"string"},"uniqueItems":true},
        "uniqueItems":true})",
     R"([["a","b"],["a"]])"},
    {R"({"type":"array","items":{"enum":["a","b","ab",1]},"uniqueItems":true,"minItems":2})",
     R"(["a","ab",1])"},
    {R"({"type":"object","patternProperties":{"^x":{"type":"integer"}},
        "additionalProperties":{"type":"string"}})",
     R"({"x1":12,"ab":"a","xy":1})"},
    {R"({"type":"object","propertyNames":{"pattern":"^[a-c]+$"},"additionalProperties":true})",
     R"({"ab":"a","abc":1})"},
    {R"({"type":"string","pattern":"^(ab)+é?$"})", R"("ababé")"},
    {R"({"anyOf":[{"type":"string"},{"type":"string","enum":["xy"]},{"type":"null"}]})", R"("xy")"},
    {R"({"oneOf":[{"type":"object","properties":{"a":{"const":"a"}},"required":["a"]},
        {"type":"object","properties":{"a":{"const":"ab"}},"required":["a"]}]})",
     R"({"a":"ab","x1":"a"})"},
    {R"({"type":"number","minimum":1,"maximum":150,"multipleOf":0.5})", "12.5"},
};

TEST(SchemaMasks, AreWhatEachTokenGivesByItself) {
  for (const Pair& pair : kPairs) {
    expect_true_masks(pair.schema, pair.text, {MemberOrder::free, WhiteSpace::any, Escapes::any});
    expect_true_masks(pair.schema, pair.text, {MemberOrder::schema, WhiteSpace::any, Escapes::any});
  }
}

TEST(SchemaMasks, AreSoForCanonicalTexts) {
  for (const Pair& pair : kPairs)
    expect_true_masks(pair.schema, pair.text, {MemberOrder::free, WhiteSpace::compact});
}

TEST(SchemaMasks, CloseWithTokensThatTheyAllow) {
  static const Vocabulary vocabulary;
  const char* schema = kPairs[1].schema;
  Constraint held(language(schema, {}), vocabulary.texts, {vocabulary.end});
  StateId state = held.start();
  for (const char byte : std::string_view(R"({"na)"))
    state = held.after(state, static_cast<std::uint8_t>(byte)).value();
  const auto tokens = held.closing(state).value();
  ASSERT_TRUE(tokens);
  std::string text;
  for (const TokenId id : *tokens) {
    EXPECT_TRUE(held.mask(state).value()->allows(id));
    state = held.after(state, id).value();
    text += vocabulary.spelling[id];
  }
  EXPECT_EQ(text, R"(me":""})");
  EXPECT_TRUE(held.can_end(state));
}

}  // namespace
}  // namespace ashlar::grammar
