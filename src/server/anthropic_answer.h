// Anthropic's answers: a message whole, or as the events of a stream.
#pragma once

#include <string>

#include "server/answering.h"
#include "server/anthropic_events.h"
#include "server/fields.h"
#include "server/models.h"

namespace ashlar::server {

class AnthropicTeller : public Teller {
 public:
  // `kept_tokens` of the prompt stand before the last cache_control.
  AnthropicTeller(SharedCall call, ServedModel model, Asked asked, std::uint32_t prompt_tokens,
                  std::uint32_t kept_tokens);

  void begin() override;
  void event(std::uint32_t prompt, const llm::Event& event) override;
  void finish(const std::vector<Told>& told) override;
  void fail(const Error& error) override;

 private:
  void start_once(std::uint32_t cached);
  void send(std::string events);

  SharedCall call_;
  ServedModel model_;
  Asked asked_;
  std::uint32_t prompt_tokens_, kept_tokens_;
  std::string id_;
  AnthropicEvents events_ = {};
  bool started_ = false;  // message_start has gone
};

// A message that has no end yet.
base::Json anthropic_message(std::string_view id, std::string_view model, base::Json content,
                             base::Json usage);
// The blocks of an answer: its text, unless there are only calls, then the calls. Arguments that
// were cut off are an empty object.
base::Json anthropic_content(const llm::AnswerMessage& message);

// end_turn, tool_use, stop_sequence, max_tokens; model_context_window_exceeded where the context
// ended first.
base::Json anthropic_stop_reason(const engine::Output& output, std::uint32_t max_tokens);

// Of a prompt's tokens each is counted once: read from the cache; else put there on request, for it
// stands before the last cache_control; else input.
base::Json anthropic_usage(std::uint32_t prompt, std::uint32_t cached, std::uint32_t kept,
                           std::uint32_t output);

}  // namespace ashlar::server
