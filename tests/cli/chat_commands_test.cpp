#include "cli/chat_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"

namespace ashlar::cli {
namespace {

using base::Json;
using testing::HasSubstr;

class ChatCommands : public testing::Test {
 protected:
  ChatCommands() {
    folder_ =
        std::filesystem::path(testing::TempDir()) /
        ("chat_commands_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
         testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  ~ChatCommands() override { std::filesystem::remove_all(folder_); }

  std::string run(const std::string& line) {
    const auto said = run_command(line, chat_);
    return said ? *said : said.error().line();
  }

  void say(const std::string& message, const std::string& text) {
    llm::Answer answer;
    answer.output.text = text;
    answer.output.ids = {1, 2};
    answer.output.prompt_tokens = 5;
    session_.keep(message, answer);
  }

  std::filesystem::path folder_;
  ChatSession session_{Json::object()};
  ChatContext chat_{session_, "smollm2", 8192};
};

TEST_F(ChatCommands, ALineWithOneSlashIsACommand) {
  EXPECT_TRUE(is_command("/help"));
  EXPECT_FALSE(is_command("//etc/passwd"));
  EXPECT_FALSE(is_command("and/or"));
  EXPECT_FALSE(is_command(""));
}

TEST_F(ChatCommands, UnknownOnesPointToHelp) {
  EXPECT_THAT(run("/nope"), HasSubstr("'/nope'"));
  EXPECT_THAT(run("/nope"), HasSubstr("/help"));
  EXPECT_THAT(run("/clear now"), HasSubstr("no argument"));
}

TEST_F(ChatCommands, HelpNamesEveryCommand) {
  for (const char* name :
       {"/system", "/clear", "/save", "/load", "/seed", "/stats", "/help", "/exit"})
    EXPECT_THAT(run("/help"), HasSubstr(name));
}

TEST_F(ChatCommands, System) {
  EXPECT_THAT(run("/system"), HasSubstr("no system message"));
  run("/system  Talk like a pirate ");
  EXPECT_EQ(session_.system(), "Talk like a pirate");
  EXPECT_THAT(run("/system"), HasSubstr("pirate"));
  run("/system none");
  EXPECT_EQ(session_.system(), std::nullopt);
}

TEST_F(ChatCommands, Clear) {
  say("Hi", "Hello");
  run("/clear");
  EXPECT_TRUE(session_.messages().empty());
}

TEST_F(ChatCommands, SaveAndLoad) {
  const std::string file = (folder_ / "chat.json").string();
  say("Hi", "Hello");
  EXPECT_THAT(run("/save " + file), HasSubstr("2 messages"));
  const Json saved = session_.messages();
  run("/clear");
  EXPECT_THAT(run("/load " + file), HasSubstr("2 messages"));
  EXPECT_EQ(session_.messages(), saved);
  EXPECT_THAT(run("/save " + file), HasSubstr("saved")) << "a saved chat may be written over";
}

TEST_F(ChatCommands, SaveSparesOtherFiles) {
  const auto file = folder_ / "thesis.txt";
  std::ofstream(file) << "years of work";
  EXPECT_THAT(run("/save " + file.string()), HasSubstr("not a saved chat"));
  EXPECT_EQ(*base::read_file(file), "years of work");
  EXPECT_THAT(run("/save"), HasSubstr("no file name"));
  EXPECT_THAT(run("/save " + (folder_ / "no/such/folder.json").string()), HasSubstr("not_found"));
}

TEST_F(ChatCommands, LoadNamesFileAndPlace) {
  const auto file = folder_ / "broken.json";
  std::ofstream(file) << R"({"ashlar_chat": 1, "messages": [5]})";
  EXPECT_THAT(run("/load " + file.string()), HasSubstr("broken.json: /messages/0"));
  std::ofstream(file) << "{";
  EXPECT_THAT(run("/load " + file.string()), HasSubstr("broken.json"));
  EXPECT_THAT(run("/load " + (folder_ / "absent").string()), HasSubstr("absent"));
}

TEST_F(ChatCommands, LoadSaysWhenTheModelIsAnother) {
  const std::string file = (folder_ / "chat.json").string();
  chat_.model = "other";
  run("/save " + file);
  chat_.model = "smollm2";
  EXPECT_THAT(run("/load " + file), HasSubstr("\"other\""));
}

TEST_F(ChatCommands, Seed) {
  EXPECT_THAT(run("/seed"), HasSubstr("draws a new seed"));
  EXPECT_THAT(run("/seed 42"), HasSubstr("42"));
  EXPECT_EQ(session_.seed(), 42u);
  EXPECT_THAT(run("/seed -1"), HasSubstr("--seed"));
  EXPECT_EQ(session_.seed(), 42u);
  run("/seed new");
  EXPECT_EQ(session_.seed(), std::nullopt);
}

TEST_F(ChatCommands, StatsCountTokensAndContext) {
  say("Hi", "Hello");
  EXPECT_EQ(run("/stats"),
            "1 answers · 5 tokens in, 2 out · 2 messages · 7 of 8192 context positions");
}

TEST_F(ChatCommands, Exit) {
  run("/exit");
  EXPECT_TRUE(chat_.done);
}

}  // namespace
}  // namespace ashlar::cli
