// The parts of an answer, read from what another server tells of it in OpenAI's dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/json.h"
#include "llm/call_streams.h"

namespace ashlar::server {

class OpenAiParts {
 public:
  // Of a choice of a chat, whole or a piece of a stream, or of a completion. What is malformed is
  // passed over.
  std::vector<llm::AnswerPart> read(const base::Json& choice);
  // The answer has ended.
  std::vector<llm::AnswerPart> finish();

 private:
  void read_call(const base::Json& call, std::size_t position, std::vector<llm::AnswerPart>& parts);
  void end_call(std::vector<llm::AnswerPart>& parts);

  std::optional<std::size_t> index_ = {};  // of the call that is open, as the other counts
  std::uint32_t calls_ = 0;                // begun
};

// Null where there is none.
const base::Json& member_or_null(const base::Json& object, std::string_view name);
// Empty where it is none.
std::string text_or_empty(const base::Json& value);

}  // namespace ashlar::server
