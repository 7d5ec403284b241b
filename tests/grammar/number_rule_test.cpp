#include "grammar/number_rule.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "grammar/json_reader.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"

namespace ashlar::grammar {
namespace {

using Kind = NumberFact::Kind;

NumberFact fact(Kind kind, const char* value, bool holds = true) {
  return {.kind = kind, .holds = holds, .value = Decimal::of(value)};
}

// Whether the rule lets the text through, byte by byte.
bool admits(const NumberRule& rule, std::string_view text) {
  std::string kept;
  for (const char c : text) {
    auto next = rule.kept(kept + c);
    if (!next) return false;
    kept = std::move(*next);
  }
  return rule.accepts(kept);
}

// Every text of digits, points, signs and marks up to four characters, as the rule and as its facts
// have it.
template <class Allowed>
void expect_like(const std::vector<NumberFact>& facts, const Allowed& allowed) {
  const auto rule = NumberRule::make(facts).value();
  constexpr std::string_view alphabet = "0125-.e";
  std::vector<std::string> texts{""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() == 4) break;
    for (const char c : alphabet) texts.push_back(texts[i] + c);
  }
  for (const std::string& text : texts) {
    const bool number = read_json(text, "text").has_value();
    EXPECT_EQ(admits(rule, text), number && allowed(Decimal::of(text), text)) << text;
  }
}

TEST(NumberRule, WithoutFactsIsEveryNumber) {
  expect_like({}, [](const Decimal&, const std::string&) { return true; });
}

TEST(NumberRule, HoldsToBounds) {
  const Decimal low = Decimal::of("2"), high = Decimal::of("51");
  expect_like({fact(Kind::minimum, "2"), fact(Kind::minimum, "51", false)},
              [&](const Decimal& value, const std::string& text) {
                // An exponent comes behind digits that are in range themselves.
                const std::string mantissa = text.substr(0, text.find('e'));
                const bool plain = text.find('e') == std::string::npos;
                const Decimal digits = Decimal::of(mantissa);
                return low <= value && value < high && (plain || digits < high);
              });
}

TEST(NumberRule, HoldsToIntegersAndSteps) {
  expect_like({fact(Kind::integer, "0"), fact(Kind::multiple, "5")},
              [](const Decimal& value, const std::string&) {
                return value.is_multiple_of(Decimal::of("5"));
              });
  expect_like({fact(Kind::integer, "0", false)},
              [](const Decimal& value, const std::string&) { return !value.is_integer(); });
}

TEST(NumberRule, GoesOnOnlyWhereAnAllowedNumberFollows) {
  const auto rule =
      NumberRule::make({fact(Kind::minimum, "17"), fact(Kind::exclusive_minimum, "23", false),
                        fact(Kind::integer, "0")})
          .value();
  EXPECT_TRUE(rule.kept("1"));
  EXPECT_TRUE(rule.kept("2"));
  for (const char* dead : {"-", "0", "3", "9"}) EXPECT_FALSE(rule.kept(dead)) << dead;
  EXPECT_FALSE(rule.kept("16"));
  EXPECT_FALSE(rule.kept("24"));
  EXPECT_TRUE(admits(rule, "23.0"));
  EXPECT_FALSE(admits(rule, "23.5"));
}

TEST(NumberRule, HasAnEndWhateverIsWritten) {
  for (const auto& facts : {std::vector<NumberFact>{}, {fact(Kind::minimum, "0")}}) {
    const auto rule = NumberRule::make(facts).value();
    EXPECT_TRUE(admits(rule, std::string(64, '1')));
    EXPECT_FALSE(admits(rule, std::string(65, '1')));
    EXPECT_TRUE(admits(rule, "1E+200"));
    EXPECT_FALSE(admits(rule, "1E201"));
  }
}

TEST(NumberRule, KnowsWhereThereIsNone) {
  const auto possible = [](std::vector<NumberFact> facts) {
    return NumberRule::make(facts).value().is_possible();
  };
  EXPECT_FALSE(possible({fact(Kind::minimum, "2"), fact(Kind::minimum, "2", false)}));
  EXPECT_TRUE(possible({fact(Kind::minimum, "2"), fact(Kind::exclusive_minimum, "2", false)}));
  EXPECT_FALSE(possible({fact(Kind::exclusive_minimum, "2"), fact(Kind::minimum, "3", false),
                         fact(Kind::integer, "0")}));
  EXPECT_FALSE(possible({fact(Kind::integer, "0"), fact(Kind::integer, "0", false)}));
  EXPECT_TRUE(possible({fact(Kind::minimum, "-1e300"), fact(Kind::minimum, "-9e299", false)}));
}

}  // namespace
}  // namespace ashlar::grammar
