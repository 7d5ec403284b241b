// Structures against a vocabulary in which the marks of calls are special tokens.
#include "llm/structures.h"

#include <gtest/gtest.h>

#include "chat/tool_syntax.h"
#include "llm/call_language.h"
#include "tests/tokenizer/small_json.h"

namespace ashlar::llm {
namespace {
class Marks : public ::testing::Test {
 protected:
  static chat::ToolUse one_tool() {
    chat::ToolUse use;
    use.tools = *chat::parse_tools(base::Json::parse(R"([{"name":"f"}])"));
    return use;
  }

  // Whether the mask lets each token through, and the end then.
  static bool admits(grammar::Constraint& constraint, const std::vector<tokenizer::TokenId>& ids) {
    grammar::StateId state = constraint.start();
    for (const tokenizer::TokenId id : ids) {
      state = *constraint.after(state, id);
      if (state == grammar::kDead) return false;
    }
    return constraint.can_end(state);
  }

  test::SmallJson small = test::SmallJson::of_bytes();
  const tokenizer::TokenId mark = small.added("[TOOL_CALLS]", R"({"special": true})");
  const tokenizer::TokenId other = small.added("[INST]", R"({"special": true})");
  const std::shared_ptr<const tokenizer::Tokenizer> tokenizer = small.load();
  Structures structures{tokenizer};

  std::vector<tokenizer::TokenId> call(tokenizer::TokenId begin) const {
    std::vector<tokenizer::TokenId> ids{begin};
    for (const char c : std::string_view(R"( [{"name": "f", "arguments": {}}])"))
      ids.push_back(static_cast<std::uint8_t>(c));
    return ids;
  }
};

TEST_F(Marks, ACallMayBeginWithTheModelsOwnToken) {
  const auto& syntax = **chat::tool_syntax_named("mistral", "");
  const auto constraint =
      structures.constraint_of_calls(*call_language(one_tool(), syntax, structures.alphabet()));
  EXPECT_TRUE(admits(*constraint, call(mark)));
  EXPECT_FALSE(admits(*constraint, call(other)));
  EXPECT_FALSE(admits(*constraint, {'a', other}));
}

TEST_F(Marks, NoOtherTextHasOne) {
  const auto constraint = *structures.constraint_of(grammar::RegexText{".*"});
  EXPECT_TRUE(admits(*constraint, {'a', '['}));
  EXPECT_FALSE(admits(*constraint, {'a', mark}));
}

TEST_F(Marks, AreTextWhereTheyAreSpelled) {
  tokenizer::StreamDecoder spelled(*tokenizer, true), skipped(*tokenizer);
  EXPECT_EQ(spelled.push(mark), "[TOOL_CALLS]");
  EXPECT_EQ(skipped.push(mark), "");
}

}  // namespace
}  // namespace ashlar::llm
