// What a listener hears of a request with one choice, with several, and with candidates that
// compete.
#include "engine/reply.h"

#include <gtest/gtest.h>

namespace ashlar::engine {
namespace {

using Kind = Event::Kind;

class ReplyTest : public testing::Test {
 protected:
  Reply open(std::uint32_t n, std::uint32_t candidates) {
    return {7, n, candidates, [this](const Event& event) { events.push_back(event); }};
  }
  static Output said(std::string text, std::vector<TokenId> ids, double cumulative_logprob) {
    Output output;
    output.text = std::move(text);
    output.ids = std::move(ids);
    output.cumulative_logprob = cumulative_logprob;
    return output;
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> all;
    for (const Event& event : events) all.push_back(event.kind);
    return all;
  }

  std::vector<Event> events;
};

TEST_F(ReplyTest, OneChoiceEndsAndSoDoesTheRequest) {
  Reply reply = open(1, 1);
  reply.prefill(3, 2);
  reply.token(0, 5, "a", std::nullopt);
  EXPECT_FALSE(reply.ended());
  reply.end(0, "b", said("ab", {5}, 0));
  EXPECT_TRUE(reply.ended());
  EXPECT_EQ(kinds(), (std::vector{Kind::prefill, Kind::token, Kind::ended, Kind::finished}));
  for (const Event& event : events) EXPECT_EQ(event.request, 7u);
  EXPECT_EQ(std::pair(events[0].prefilled, events[0].cached), std::pair(3u, 2u));
  EXPECT_EQ(events[2].text, "b");
  EXPECT_EQ(events[2].output->text, "ab");
  EXPECT_EQ(events[3].choices->outputs.at(0).text, "ab");
  EXPECT_EQ(events[3].choices->completion_tokens, 1u);
}

TEST_F(ReplyTest, ChoicesKeepTheirPlacesWhateverEndsFirst) {
  Reply reply = open(2, 2);
  reply.end(1, "", said("late", {1, 2}, 0));
  EXPECT_FALSE(reply.ended());
  reply.token(0, 9, "x", std::nullopt);
  reply.end(0, "", said("first", {1}, 0));
  EXPECT_EQ(events[0].choice, 1u);
  const Choices& choices = *events.back().choices;
  EXPECT_EQ(choices.outputs[0].text, "first");
  EXPECT_EQ(choices.outputs[1].text, "late");
  EXPECT_EQ(choices.completion_tokens, 3u);
}

// By the mean over the tokens, not the sum: three tokens of -1 beat one of -2.
TEST_F(ReplyTest, CandidatesAreRankedAndToldOfAtTheEnd) {
  Reply reply = open(2, 4);
  EXPECT_TRUE(reply.ranks());
  reply.token(0, 1, "x", std::nullopt);
  reply.end(0, "", said("one of -2", {1}, -2));
  reply.end(1, "", said("nothing", {}, 0));
  reply.end(2, "", said("three of -1", {1, 2, 3}, -3));
  EXPECT_TRUE(events.empty());
  reply.end(3, "", said("another of -1", {1}, -1));
  EXPECT_EQ(kinds(), (std::vector{Kind::ended, Kind::ended, Kind::finished}));
  EXPECT_EQ(events[0].choice, 0u);
  EXPECT_EQ(events[0].text, "three of -1") << "of equal ones the one drawn first";
  EXPECT_EQ(events[1].choice, 1u);
  EXPECT_EQ(events[1].text, "another of -1");
  EXPECT_EQ(events[2].choices->outputs.size(), 2u);
  EXPECT_EQ(events[2].choices->completion_tokens, 5u);
}

TEST_F(ReplyTest, AFailureIsTheWholeRequests) {
  Reply reply = open(2, 2);
  reply.end(0, "", said("a", {1}, 0));
  reply.fail({ErrorKind::corrupt, "bad", "", ""});
  EXPECT_TRUE(reply.ended());
  EXPECT_EQ(kinds(), (std::vector{Kind::ended, Kind::failed}));
  EXPECT_EQ(events.back().error->message, "bad");
}

}  // namespace
}  // namespace ashlar::engine
