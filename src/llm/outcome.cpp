#include "llm/outcome.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ashlar::llm {
namespace {

// An answer that ended by itself, with a call in it, ended for that call.
void mark_calls(engine::Output& output, bool has_calls) {
  if (has_calls && output.finish_reason == engine::FinishReason::stop)
    output.finish_reason = engine::FinishReason::tool_calls;
}

void read_calls(Answer& answer, ToolReading& tools) {
  const auto read = [&](engine::Output& output) {
    answer.messages.push_back(tools.streams.message_of(output.text));
    mark_calls(output, !answer.messages.back().calls.empty());
  };
  answer.tools = tools.manner;
  read(answer.output);
  for (engine::Output& output : answer.others) read(output);
}

}  // namespace

Result<Answer> answer_of(Result<engine::Choices> choices, std::uint64_t seed,
                         const SharedToolReading& tools) {
  if (!choices) return tl::unexpected(std::move(choices.error()));
  auto& outputs = choices->outputs;
  Answer answer{.output = std::move(outputs.front()),
                .completion_tokens = choices->completion_tokens,
                .seed = seed};
  outputs.erase(outputs.begin());
  answer.others = std::move(outputs);
  if (tools) read_calls(answer, *tools);
  return answer;
}

Event event_of(const engine::Event& from, const SharedToolReading& tools) {
  Event event{from};
  if (!tools) {
    if (!from.text.empty()) event.parts.push_back({.text = from.text});
    return event;
  }
  CallStreams& streams = tools->streams;
  if (!from.text.empty()) event.parts = streams.read(from.choice, from.text);
  if (from.output) {
    std::ranges::move(streams.finish(from.choice), std::back_inserter(event.parts));
    engine::Output output = *from.output;
    mark_calls(output, streams.has_calls(from.choice));
    event.output = std::make_shared<engine::Output>(std::move(output));
  }
  if (from.choices) {
    engine::Choices choices = *from.choices;
    for (std::uint32_t i = 0; i < choices.outputs.size(); ++i)
      mark_calls(choices.outputs[i], streams.has_calls(i));
    event.choices = std::make_shared<engine::Choices>(std::move(choices));
  }
  return event;
}

Result<Score> checked_score(Result<engine::Choices> choices) {
  if (!choices) return tl::unexpected(std::move(choices.error()));
  engine::Output& output = choices->outputs.front();
  if (output.finish_reason == engine::FinishReason::cancelled)
    return fail(ErrorKind::cancelled, "the score was cancelled", "", "ask for it again");
  return score_of(std::move(output));
}

Score score_of(engine::Output output) {
  double sum = 0;
  for (const engine::TokenLogprob& token : output.logprobs) sum += token.logprob;
  return {sum, std::ranges::all_of(output.greedy, [](bool g) { return g; }),
          std::move(output.logprobs)};
}

}  // namespace ashlar::llm
