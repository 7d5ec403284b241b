// Ollama's answers to generate and chat: one object, or a line of JSON a token.
#pragma once

#include <chrono>
#include <string>

#include "server/answering.h"
#include "server/fields.h"

namespace ashlar::server {

// A stream of lines, and a line of it.
net::Headers ndjson_headers();
std::string ndjson(const base::Json& line);

// Which of the two is answered: "response": text, or "message": {"role", "content": text}.
enum class OllamaShape : std::uint8_t { generate, chat };

class OllamaTeller : public Teller {
 public:
  // asked.model is what the answer calls the model; `loaded`: when it was there.
  OllamaTeller(SharedCall call, ServedModel model, Asked asked, OllamaShape shape,
               std::chrono::steady_clock::time_point loaded);

  void begin() override;
  void event(std::uint32_t prompt, const llm::Event& event) override;
  void finish(const std::vector<Told>& told) override;
  void fail(const Error& error) override;

 private:
  base::Json last(const std::vector<Told>& told) const;

  SharedCall call_;
  ServedModel model_;
  Asked asked_;
  OllamaShape shape_;
  std::chrono::steady_clock::time_point loaded_;
  llm::AnswerMessage so_far_ = {};
};

// What every line begins with: model, created_at, what is said, done.
base::Json ollama_line(OllamaShape shape, std::string_view model, const llm::AnswerMessage& message,
                       bool done);

// What a line tells of the parts, `so_far` with them: text as it comes, calls when they are whole.
llm::AnswerMessage ollama_message(const std::vector<llm::AnswerPart>& parts,
                                  const llm::AnswerMessage& so_far);

}  // namespace ashlar::server
