// The streams of Anthropic's messages and OpenAI's responses, where text and calls follow each
// other: every block and item is begun, told and ended, in the protocol's order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/anthropic_events.h"
#include "server/response_events.h"

namespace ashlar::server {
namespace {

using base::Json;
using testing::ElementsAre;
using Kind = llm::AnswerPart::Kind;

const std::vector<llm::AnswerPart>& parts() {
  static const std::vector<llm::AnswerPart> parts = {{.text = "a"},
                                                     {.text = "b"},
                                                     {Kind::begin, 0, "f", "id1"},
                                                     {Kind::arguments, 0, "{"},
                                                     {Kind::arguments, 0, "}"},
                                                     {Kind::end, 0},
                                                     {.text = "c"},
                                                     {Kind::begin, 1, "g", "id2"},
                                                     {Kind::arguments, 1, "[]"}};
  return parts;
}

std::vector<Json> events_in(const std::string& stream) {
  std::vector<Json> events;
  for (std::size_t at = 0; (at = stream.find("data: ", at)) != stream.npos;) {
    const std::size_t end = stream.find('\n', at);
    events.push_back(Json::parse(stream.substr(at + 6, end - at - 6)));
    at = end;
  }
  return events;
}

std::vector<std::string> types_of(const std::vector<Json>& events) {
  std::vector<std::string> types;
  for (const Json& event : events) types.push_back(event["type"]);
  return types;
}

TEST(AnthropicEvents, OneBlockAfterAnother) {
  AnthropicEvents writer;
  std::string stream = writer.start(Json::object(), false);
  for (const llm::AnswerPart& part : parts()) stream += writer.part(part);
  stream += writer.end("tool_use", nullptr, Json::object(), Json::object());
  const auto events = events_in(stream);
  const char *start = "content_block_start", *delta = "content_block_delta",
             *stop = "content_block_stop";
  EXPECT_THAT(types_of(events), ElementsAre("message_start", "ping", start, delta, delta, stop,
                                            start, delta, delta, stop, start, delta, stop, start,
                                            delta, stop, "message_delta", "message_stop"));
  int index = -1;
  for (const Json& event : events) {
    if (event["type"] == start) ++index;
    EXPECT_EQ(event.value("index", index), index);
  }
  EXPECT_EQ(events[6]["content_block"],
            Json::parse(R"({"type":"tool_use","id":"id1","name":"f","input":{}})"));
  EXPECT_EQ(events[7]["delta"], Json::parse(R"({"type":"input_json_delta","partial_json":"{"})"));
}

TEST(AnthropicEvents, AnAnswerOfNothingHasABlock) {
  AnthropicEvents writer;
  std::string stream = writer.start(Json::object(), false);
  stream += writer.end("end_turn", nullptr, Json::object(), Json::object());
  EXPECT_THAT(types_of(events_in(stream)),
              ElementsAre("message_start", "ping", "content_block_start", "content_block_stop",
                          "message_delta", "message_stop"));
}

TEST(ResponseEvents, OneItemAfterAnother) {
  ResponseEvents writer;
  std::string stream = writer.begin(Json::object(), false);
  for (const llm::AnswerPart& part : parts()) stream += writer.part(part);
  stream += writer.done("incomplete");
  auto types = types_of(events_in(stream));
  for (std::string& type : types) type.erase(0, sizeof("response.") - 1);
  const char *added = "output_item.added", *done = "output_item.done", *part = "content_part.added",
             *part_done = "content_part.done", *text = "output_text.delta",
             *text_done = "output_text.done", *call = "function_call_arguments.delta",
             *call_done = "function_call_arguments.done";
  EXPECT_THAT(types,
              testing::ElementsAreArray(
                  {"created", "in_progress", added,     part, text,      text, text_done, part_done,
                   done,      added,         call,      call, call_done, done, added,     part,
                   text,      text_done,     part_done, done, added,     call, call_done, done}));
  const Json& items = writer.items();
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[0]["content"][0]["text"], "ab");
  EXPECT_EQ(items[1]["arguments"], "{}");
  EXPECT_EQ(items[1]["call_id"], "id1");
  EXPECT_EQ(items[2]["status"], "completed");
  EXPECT_EQ(items[3]["name"], "g");
  EXPECT_EQ(items[3]["status"], "incomplete");
}

TEST(ResponseEvents, EventsAreNumberedAndSayWhereTheyAre) {
  ResponseEvents writer;
  std::string stream = writer.begin(Json::object(), true);
  for (const llm::AnswerPart& part : parts()) stream += writer.part(part);
  std::uint64_t number = 0, index = 0;
  for (const Json& event : events_in(stream)) {
    EXPECT_EQ(event["sequence_number"], number++);
    EXPECT_EQ(event.value("output_index", index), index);
    if (event["type"] == "response.output_item.done") ++index;
  }
  EXPECT_EQ(index, 3u);
}

TEST(ResponseEvents, AnAnswerOfNothingHasAnItem) {
  ResponseEvents writer;
  writer.begin(Json::object(), false);
  writer.done("completed");
  EXPECT_EQ(writer.items()[0]["content"][0]["text"], "");
}

}  // namespace
}  // namespace ashlar::server
