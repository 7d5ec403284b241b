// What is refused says where and why; what is taken is put to the test in gbnf_language_test.
#include "grammar/gbnf_syntax.h"

#include <gtest/gtest.h>

namespace ashlar::grammar {
namespace {

Error refused(std::string_view grammar) {
  const auto made = parse_gbnf(grammar);
  EXPECT_FALSE(made) << grammar;
  return made ? Error{} : made.error();
}

TEST(GbnfSyntax, SaysWhereItIsWrong) {
  struct Case {
    const char *grammar, *message;
  };
  for (const auto& [grammar, message] : std::initializer_list<Case>{
           {"root ::= \"a\"\nitem ::= [a\n", "line 3, column 1: a '[' has no ']'"},
           {"root = \"a\"", "line 1, column 6: '::=' is missing"},
           {"root ::= \"é\" )", "line 1, column 15: this belongs to no rule"},
           {"root ::= (\"a\"\n\n", "line 3, column 1: a group isn't closed here"},
           {"root ::= \"\\q\"", "line 1, column 12: an escape that GBNF doesn't have"},
           {"root ::= \"\\u12\"", "line 1, column 15: 4 hexadecimal digits are needed"},
           {"root ::= \"\\ud800\"", "line 1, column 17: no character has this number"},
           {"root ::= [\\U00110000]", "line 1, column 21: no character has this number"},
           {"root ::= \"a\" | * \"b\"", "line 1, column 16: nothing to repeat"},
           {"root ::= \"a\"+?", "line 1, column 14: nothing to repeat"},
           {"root ::= \"a\"{3,2}", "line 1, column 18: a repeat ends before it begins"},
           {"root ::= \"a\"{,2}", "line 1, column 14: a number is missing"},
           {"root ::= \"a\"{1", "line 1, column 15: a count isn't closed here"},
           {"root ::= [b-a]", "line 1, column 14: a range that is none"},
           {"root ::= [^]", "line 1, column 13: a set without characters"},
           {"root ::= a\nb ::= c\na ::= b", "line 2, column 7: there is no rule 'c'"},
           {"root ::= \"a\"\nroot ::= \"b\"",
            "line 2, column 5: the rule 'root' is here a second time"},
           {"start ::= \"a\"", "line 1, column 14: there is no rule 'root'"},
           {"", "line 1, column 1: there is no rule 'root'"},
           {"root ::= \"a\"\n  ?", "line 2, column 3: a rule's name is missing"}}) {
    const Error error = refused(grammar);
    EXPECT_EQ(error.message, message) << grammar;
    EXPECT_EQ(error.kind, ErrorKind::bad_input) << grammar;
    EXPECT_EQ(error.where, "grammar") << grammar;
  }
}

TEST(GbnfSyntax, TokensAreUnsupported) {
  EXPECT_EQ(refused("root ::= <think>").kind, ErrorKind::unsupported);
  EXPECT_EQ(refused("root ::= !<[7]>").kind, ErrorKind::unsupported);
}

TEST(GbnfSyntax, SizesAreLimited) {
  EXPECT_EQ(refused(std::string(kMostGbnfBytes + 1, ' ')).kind, ErrorKind::too_large);
  EXPECT_EQ(refused("root ::= " + std::string(300, '(') + "\"a\"" + std::string(300, ')')).kind,
            ErrorKind::too_large);
  EXPECT_EQ(refused("root ::= \"a\"{70000}").kind, ErrorKind::too_large);
  EXPECT_EQ(refused("root ::= \"a\"{99999999999999}").kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::grammar
