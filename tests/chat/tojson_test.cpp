// The filter tojson is Python's json.dumps.
#include "chat/tojson.h"

#include "tests/chat/rendering.h"

namespace ashlar::chat {
namespace {

using test::check;
using test::error_of;
using test::refused;
using test::text;

TEST(ToJson, Numbers) {
  check({{"[1e16, 1e-7, 0.1, -0.0, 100.0, 9007199254740993]|tojson",
          "[1e+16, 1e-07, 0.1, -0.0, 100.0, 9007199254740993]"}});
  EXPECT_EQ(text("{{ [i|float, -(i|float), n|float]|tojson }}", {{"i", "inf"}, {"n", "nan"}}),
            "[Infinity, -Infinity, NaN]");
}

TEST(ToJson, EscapesOnlyWhatJsonMust) {
  check({{R"('"\\/\n\r\t\b\f'|tojson)", R"("\"\\/\n\r\t\b\f")"},
         {R"('\x00\x1f'|tojson)", R"("\u0000\u001f")"},
         {R"(('<>&é😀'|safe)|tojson)", R"("<>&é😀")"},
         {R"('~\x7f\u2028é😀'|tojson(ensure_ascii=true))", R"("~\u007f\u2028\u00e9\ud83d\ude00")"},
         {"{'é': 'ü'}|tojson(true)", R"({"\u00e9": "\u00fc"})"}});
}

TEST(ToJson, KeysBecomeStrings) {
  check(
      {{"{1: 2, 1.5: 2, none: 3, false: 4}|tojson", R"({"1": 2, "1.5": 2, "null": 3, "false": 4})"},
       {"{2: 1, 1: 2, 10: 3}|tojson(sort_keys=true)", R"({"1": 2, "2": 1, "10": 3})"},
       {"{'b': {'d': 1, 'c': 2}, 'a': 0}|tojson(sort_keys=true)",
        R"({"a": 0, "b": {"c": 2, "d": 1}})"}});
  refused({{"{(1,): 2}|tojson", "keys must be str, int, float, bool or None, not tuple"},
           {"{'a': 1, 2: 3}|tojson(sort_keys=true)",
            "'<' not supported between instances of 'int' and 'str'"}});
}

TEST(ToJson, IndentIsANumberOrAString) {
  check({{"[1, {'a': []}, {}]|tojson(indent=2)", "[\n  1,\n  {\n    \"a\": []\n  },\n  {}\n]"},
         {"[1, [2]]|tojson(indent='--')", "[\n--1,\n--[\n----2\n--]\n]"},
         {"[1, [2]]|tojson(indent=0)", "[\n1,\n[\n2\n]\n]"},
         {"[1]|tojson(indent=-3), [1]|tojson(indent=none)", "('[\\n1\\n]', '[1]')"}});
  refused({{"[1]|tojson(indent=1.5)", "'float' object cannot be interpreted as an integer"},
           {"[1]|tojson(indent=1001)", "an indent of 1001 is over 1000"}});
}

TEST(ToJson, SeparatorsAreAPair) {
  check({{"[1, {'a': 2}]|tojson(separators=(',', ':'))", R"([1,{"a":2}])"},
         {"[1, {'a': 2}]|tojson(separators=[';', '='])", R"([1;{"a"=2}])"},
         {"[1, 2]|tojson(indent=1, separators=('; ', ':'))", "[\n 1; \n 2\n]"},
         {"[1, 2]|tojson(separators=none)", "[1, 2]"}});
  for (const char* separators : {"','", "(1, 2)", "('a',)"})
    refused({{("[1]|tojson(separators=" + std::string(separators) + ")").c_str(),
              "tojson's separators are two strings"}});
}

TEST(ToJson, TuplesAreListsAndOtherObjectsRefused) {
  check({{"(1, (2,))|tojson, (range(2)|list)|tojson", "('[1, [2]]', '[0, 1]')"}});
  refused({{"[missing]|tojson", "Object of type Undefined is not JSON serializable"},
           {"range(3)|tojson", "Object of type range is not JSON serializable"},
           {"{'a': 1}.items()|tojson", "Object of type dict_items is not JSON serializable"},
           {"namespace()|tojson", "Object of type Namespace is not JSON serializable"},
           {"[1]|map('abs')|tojson", "Object of type generator is not JSON serializable"}});
  EXPECT_NE(error_of("{{ [1]|map('abs')|tojson }}").mend.find("|list"), std::string::npos);
}

}  // namespace
}  // namespace ashlar::chat
