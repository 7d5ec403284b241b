#include "cli/chat_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ashlar::cli {
namespace {

using base::Json;

llm::Answer answer(const std::string& text) {
  llm::Answer answer;
  answer.output.text = text;
  answer.output.ids = {1, 2, 3};
  answer.output.prompt_tokens = 10;
  return answer;
}

TEST(ChatSession, AsksWithTheWholeConversation) {
  ChatSession session({{"temperature", 0.25}, {"max_tokens", 9}});
  session.set_system("Be kind");
  session.keep("Hi", answer("Hello"));
  const auto request = session.ask("And now?");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->sampling.temperature, 0.25);
  EXPECT_EQ(request->sampling.max_tokens, 9u);
  EXPECT_EQ(request->prompt.messages, Json::parse(R"([{"role": "system", "content": "Be kind"},
      {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"},
      {"role": "user", "content": "And now?"}])"));
  EXPECT_EQ(session.messages().size(), 2u) << "asking changes nothing";
}

TEST(ChatSession, AnAnswerStoppedBeforeItsFirstWordLeavesNoTurn) {
  ChatSession session(Json::object());
  session.keep("Hi", answer(""));
  EXPECT_TRUE(session.messages().empty());
  EXPECT_EQ(session.totals().answers, 1u);
  EXPECT_EQ(session.totals().prompt_tokens, 10u);
}

TEST(ChatSession, ClearKeepsSystemAndTotals) {
  ChatSession session(Json::object());
  session.set_system("Be kind");
  session.keep("Hi", answer("Hello"));
  session.clear();
  EXPECT_TRUE(session.messages().empty());
  EXPECT_EQ(session.system(), "Be kind");
  EXPECT_EQ(session.totals().completion_tokens, 3u);
  EXPECT_EQ(session.totals().context_used, 0u);
}

TEST(ChatSession, SeedIsDrawnUnlessSet) {
  ChatSession session(Json::object());
  EXPECT_NE(session.ask("a")->sampling.seed, session.ask("a")->sampling.seed);
  session.set_seed(7);
  EXPECT_EQ(session.ask("a")->sampling.seed, 7u);
  EXPECT_EQ(session.seed(), 7u);
  session.set_seed(std::nullopt);
  EXPECT_EQ(session.seed(), std::nullopt);
}

TEST(ChatSession, SavedChatsAreRestored) {
  ChatSession session(Json::object());
  session.set_system("Be kind");
  session.keep("Hi", answer("Hello \"you\"\n"));
  const Json saved = Json::parse(base::write_json(session.saved("smollm2")));
  ChatSession other(Json::object());
  ASSERT_TRUE(other.restore(saved));
  EXPECT_EQ(other.messages(), session.messages());
  EXPECT_EQ(other.system(), session.system());
}

TEST(ChatSession, BrokenFilesLeaveTheChatAsItWas) {
  ChatSession session(Json::object());
  session.keep("Hi", answer("Hello"));
  const Json before = session.messages();
  for (const char* text : {
           "5",
           "{}",
           R"({"ashlar_chat": 2, "messages": []})",
           R"({"ashlar_chat": 1})",
           R"({"ashlar_chat": 1, "system": 5, "messages": []})",
           R"({"ashlar_chat": 1, "messages": [5]})",
           R"({"ashlar_chat": 1, "messages": [{"role": "user"}]})",
           R"({"ashlar_chat": 1, "messages": [{"role": "system", "content": "x"}]})",
       }) {
    const auto status = session.restore(Json::parse(text));
    ASSERT_FALSE(status) << text;
    EXPECT_EQ(status.error().kind, ErrorKind::bad_input);
    EXPECT_EQ(session.messages(), before);
  }
}

}  // namespace
}  // namespace ashlar::cli
