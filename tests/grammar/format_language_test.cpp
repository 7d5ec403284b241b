// Each format's automaton has the texts that the format's test accepts: on seeds, on what a few
// random edits make of them, on texts that the automaton itself writes, and on the specification's.
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <random>
#include <set>
#include <vector>

#include "base/utf8.h"
#include "grammar/text_language.h"
#include "tests/grammar/language_support.h"
#include "tests/grammar/support.h"
#include "tests/support/fixtures.h"

namespace ashlar::grammar {
namespace {

using Random = std::mt19937;

struct Seeds {
  std::string_view format;
  std::vector<std::string> texts;
  friend void PrintTo(const Seeds& seeds, std::ostream* out) { *out << seeds.format; }
};

const std::vector<Seeds>& all_seeds() {
  static const std::vector<Seeds> seeds = {
      {"date",
       {"2024-02-29", "1900-02-29", "2000-02-29", "0000-02-29", "2100-02-28", "2023-04-30"}},
      {"time",
       {"00:00:00Z", "23:59:60Z", "23:59:60.25-00:00", "01:29:60+01:30", "22:58:60-01:01",
        "23:59:59+23:59", "00:00:60+00:01", "12:00:00.5z", "08:29:60-15:30"}},
      {"date-time",
       {"2024-02-29T12:00:00Z", "1998-12-31t23:59:60z", "1998-12-31T15:59:60.123-08:00",
        "1900-02-28T00:00:00+00:00"}},
      {"duration", {"P1Y2M3DT4H5M6S", "PT1H", "P12W", "P0D", "P1M", "PT36H", "P2MT2M"}},
      {"email",
       {"a@b", "a.b+c@example.com", "\"a b\\\"\"@example.com", "a@[127.0.0.1]", "\"@\"@x-y.org",
        "a@[IPv6:::1]", std::string(64, 'a') + "@b", "\"" + std::string(62, 'a') + "\"@b"}},
      {"idn-email", {"é@ü.example", "a@b", "\"é \"@[IPv6:1::]", std::string(62, 'a') + "é@漢"}},
      {"hostname",
       {"a", "a-b.example", "1.2.3.x", "x-n.xn-1.xnx",
        std::string(63, 'x') + "." + std::string(63, 'n') + "." +
            std::string(63, '-').replace(0, 1, "a").replace(62, 1, "b") + "." +
            std::string(61, 'a')}},
      {"ipv4", {"0.0.0.0", "255.255.255.255", "10.249.199.99"}},
      {"ipv6",
       {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "::1.2.3.4", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:1.2.3.4", "1:2::5:6:127.0.0.1", "abcd:EF01::", "1:2:3:4:5::7:8"}},
      {"uri",
       {"http://a/b?c#d", "urn:a:b", "http://[::1]:80/", "a://u:p@h:9", "a:", "a:/b//c", "a:b@c",
        "x+y-z.1://[vF.a:b]?q=%2F?#/?", "a:////", "ftp://1.2.3.4:/"}},
      {"uri-reference", {"", "a", "/a", "//a:80/x:y", "?a", "#a", "./a:b", "a/b:c@d", "a:b"}},
      {"iri", {"http://é/ü?ö#ß", "http://user:ü@漢:8/?\uE000", "a:\U0001F600"}},
      {"iri-reference", {"é", "#ß", "//ü@é:8", "?\U000F0000", "ü/é:x"}},
      {"uri-template", {"a{b}{+c,d:3,e*}", "{?a.b}", "é%20{|x%41:9999}", "{.a_1}[x]"}},
      {"json-pointer", {"", "/", "/a~0b/~1//é\n", "/0"}},
      {"relative-json-pointer", {"0", "1/a", "20#", "0/~0"}},
      {"uuid", {"00000000-0000-0000-0000-00000000000a", "F81D4FAE-7dec-11D0-a765-00a0c91e6bf6"}},
      {"regex",
       {"^a(b|(?:c\\d{2,})*?)+[^a-f\\]x-]$", "\\p{Lu}\\u00e9\\u{1F600}\\x41", "a{0,3}.{12}[]é"}},
  };
  return seeds;
}

// Where no automaton tells, less is accepted.
bool is_told(std::string_view format, const std::string& text) {
  if (format == "regex") return false;
  if (format != "hostname" && format != "email") return true;
  for (std::size_t at = 0; at + 4 <= text.size(); ++at)
    if ((text[at] | 32) == 'x' && (text[at + 1] | 32) == 'n' && text.substr(at + 2, 2) == "--")
      return false;
  return true;
}

struct Counts {
  int yes = 0, no = 0;
};

void compare(const Format& format, Language& language, const std::string& text, Counts& counts) {
  if (!base::is_utf8(text)) return;
  const bool expected = format.accepts(text), told = has(language, text);
  if (told || is_told(format.name, text)) {
    ASSERT_EQ(told, expected) << format.name << " on '" << text << "'";
  }
  ++(told ? counts.yes : counts.no);
}

std::string edited(std::string text, const std::string& letters, Random& random) {
  const auto place = [&] { return random() % (text.size() + 1); };
  const auto letter = [&] { return letters[random() % letters.size()]; };
  switch (random() % 5) {
    case 0: return text.insert(place(), 1, letter());
    case 1: return text.erase(place(), 1 + random() % 2);
    case 2: {  // a part once more
      const auto from = place();
      return text.insert(place(), text.substr(from, random() % 6));
    }
    default:
      if (text.empty()) return text;
      text[random() % text.size()] = letter();
      return text;
  }
}

// A text of the language, by steps to any state that lives; none where that takes too many.
std::string walked(Language& language, Random& random) {
  std::string text;
  for (StateId state = language.start(); text.size() < 300;) {
    if (language.accepts(state) && random() % 6 == 0) return text;
    std::vector<std::pair<char, StateId>> steps;
    for (unsigned byte = 0; byte < 256; ++byte)
      if (const StateId to = language.next(state, static_cast<std::uint8_t>(byte)).value())
        steps.emplace_back(static_cast<char>(byte), to);
    if (steps.empty()) {
      EXPECT_TRUE(language.accepts(state)) << "nothing goes on from '" << text << "'";
      return text;
    }
    const auto [byte, to] = steps[random() % steps.size()];
    text += byte;
    state = to;
  }
  return "";
}

class FormatLanguage : public testing::TestWithParam<Seeds> {};

TEST_P(FormatLanguage, HasWhatTheFormatAccepts) {
  const Seeds& seeds = GetParam();
  const Format& format = *find_format(seeds.format, Draft::d2020_12);
  const auto language = std::move(*format_language(format));
  Random random(7);
  Counts counts;
  std::string letters = "0123456789aAfFgxXnN-.:/%@\"\\[]{}~#? \x80\xC3";
  for (const std::string& seed : seeds.texts) letters += seed.substr(0, 64);
  for (int round = 0; round < 6'000; ++round) {
    std::string text =
        round % 3 == 0 ? walked(*language, random) : seeds.texts[random() % seeds.texts.size()];
    for (unsigned edits = random() % 4; edits > 0; --edits) text = edited(text, letters, random);
    ASSERT_NO_FATAL_FAILURE(compare(format, *language, text, counts));
  }
  EXPECT_GT(counts.yes, 500);
  EXPECT_GT(counts.no, 200);
}

void put_strings(const Value& value, std::set<std::string>& out) {
  if (const auto* text = value.string()) out.insert(*text);
  if (const Array* array = value.array())
    for (const Value& each : *array) put_strings(each, out);
  if (const Object* object = value.object())
    for (const Member& member : object->members) put_strings(member.value, out);
}

TEST_P(FormatLanguage, AgreesOnTheSpecificationsTexts) {
  ASHLAR_NEEDS_DATA();
  const Format& format = *find_format(GetParam().format, Draft::d2020_12);
  std::ifstream file(test::data() / "json-schema-test-suite/tests/draft2020-12/optional/format" /
                     (std::string(format.name) + ".json"));
  std::set<std::string> texts;
  put_strings(value_of(std::string(std::istreambuf_iterator(file), {})), texts);
  EXPECT_GT(texts.size(), 10u);
  const auto language = std::move(*format_language(format));
  Counts counts;
  for (const std::string& text : texts)
    ASSERT_NO_FATAL_FAILURE(compare(format, *language, text, counts));
}

INSTANTIATE_TEST_SUITE_P(, FormatLanguage, testing::ValuesIn(all_seeds()), [](const auto& info) {
  std::string name;
  for (const char c : info.param.format) name += c == '-' ? '_' : c;
  return name;
});

// Each minute of the day with each offset.
TEST(FormatLanguageOfTimes, LeapSecondsAreWhereUtcHasThem) {
  const auto language = std::move(*format_language(*find_format("time", Draft::d7)));
  int leaps = 0;
  for (int local = 0; local < 1440; ++local)
    for (int offset = -1439; offset < 1440; offset += local % 7 == 0 ? 1 : 13) {
      char text[32];
      const int east = std::abs(offset);
      std::snprintf(text, sizeof text, "%02d:%02d:60%c%02d:%02d", local / 60, local % 60,
                    offset < 0 ? '-' : '+', east / 60, east % 60);
      ASSERT_EQ(has(*language, text), is_time(text)) << text;
      leaps += is_time(text) ? 1 : 0;
    }
  EXPECT_GT(leaps, 300);
}

TEST(FormatLanguageOfDates, EveryFebruary) {
  const auto language = std::move(*format_language(*find_format("date", Draft::d7)));
  for (int year = 0; year < 10'000; ++year)
    for (const char* day : {"-02-28", "-02-29"}) {
      const std::string digits = std::to_string(year);
      const std::string text = std::string(4 - digits.size(), '0') + digits + day;
      ASSERT_EQ(has(*language, text), is_date(text)) << text;
    }
}

TEST(FormatLanguageOfOthers, WhatNoAutomatonTellsIsRefused) {
  const auto refused = format_language(*find_format("idn-hostname", Draft::d7));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
}

}  // namespace
}  // namespace ashlar::grammar
