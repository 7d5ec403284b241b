// What a stream says when its answer breaks off, in Anthropic's dialect and in Ollama's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/anthropic_answer.h"
#include "server/ollama_answer.h"

namespace ashlar::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Keeps what is sent.
class Sent : public net::Exchange {
 public:
  void answer(net::Response response) override { whole = std::move(response); }
  void begin(unsigned status, net::Headers, std::string) override { head = status; }
  void write(std::string piece) override { pieces.push_back(std::move(piece)); }
  void end() override { ended = true; }
  void on_gone(std::function<void()>) override {}

  net::Response whole = {.status = 0, .headers = {}, .body = {}};
  unsigned head = 0;
  std::vector<std::string> pieces;
  bool ended = false;
};

class BrokenStreams : public testing::Test {
 protected:
  SharedCall call(Dialect dialect) const {
    Call call;
    call.exchange = sent;
    call.dialect = dialect;
    call.id = "req_1";
    return std::make_shared<Call>(std::move(call));
  }
  static Asked asked(bool stream) {
    Asked asked;
    asked.stream = stream;
    asked.model = "m";
    return asked;
  }
  static llm::Event said(std::string text) {
    llm::Event event;
    event.kind = engine::Event::Kind::token;
    event.parts.push_back({.text = std::move(text)});
    return event;
  }

  const Error error{ErrorKind::exhausted, "no memory", "", "ask again"};
  std::shared_ptr<Sent> sent = std::make_shared<Sent>();
};

TEST_F(BrokenStreams, OfAnthropicEndWithAnErrorEvent) {
  AnthropicTeller teller(call(Dialect::anthropic), {"m", nullptr}, asked(true), 7, 0);
  teller.begin();
  EXPECT_TRUE(sent->pieces.empty()) << "the cache hasn't been asked";
  teller.event(0, said("Hi"));
  teller.fail(error);
  ASSERT_EQ(sent->pieces.size(), 3u);
  EXPECT_THAT(sent->pieces[0], StartsWith("event: message_start\ndata: {"));
  EXPECT_THAT(sent->pieces[1], HasSubstr(R"("delta":{"type":"text_delta","text":"Hi"})"));
  EXPECT_EQ(sent->pieces[2],
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            "\"message\":\"no memory; ask again\"},\"request_id\":\"req_1\"}\n\n");
  EXPECT_TRUE(sent->ended);
}

TEST_F(BrokenStreams, OfOllamaEndWithALineThatSaysWhy) {
  OllamaTeller teller(call(Dialect::ollama), {"m", nullptr}, asked(true), OllamaShape::generate,
                      {});
  teller.begin();
  teller.event(0, said("Hi"));
  teller.fail(error);
  ASSERT_EQ(sent->pieces.size(), 2u);
  EXPECT_THAT(sent->pieces[0], HasSubstr(R"("response":"Hi","done":false)"));
  EXPECT_EQ(sent->pieces[1], "{\"error\":\"no memory; ask again\"}\n");
  EXPECT_TRUE(sent->ended);
}

TEST_F(BrokenStreams, AnAnswerThatIsNoStreamHasAStatus) {
  AnthropicTeller(call(Dialect::anthropic), {"m", nullptr}, asked(false), 7, 0).fail(error);
  EXPECT_EQ(sent->whole.status, 503u);
  OllamaTeller(call(Dialect::ollama), {"m", nullptr}, asked(false), OllamaShape::chat, {})
      .fail(error);
  EXPECT_EQ(sent->whole.body, R"({"error":"no memory; ask again"})");
  EXPECT_EQ(sent->head, 0u);
}

}  // namespace
}  // namespace ashlar::server
