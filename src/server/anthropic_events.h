// The events of Anthropic's streams: each block of the answer is begun, told and ended, one after
// another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "llm/call_streams.h"

namespace ashlar::server {

// An event names its type twice: for SSE and in its data.
std::string anthropic_event(std::string_view type, const base::Json& data);

class AnthropicEvents {
 public:
  // Each gives what goes to the client. `text_first`: the answer begins with text, before any
  // comes.
  std::string start(const base::Json& message, bool text_first);
  std::string part(const llm::AnswerPart& part);
  // An answer without any block gets one of empty text.
  std::string end(base::Json reason, base::Json sequence, base::Json usage, base::Json report);

 private:
  std::string open(base::Json block);
  std::string delta(base::Json delta) const;
  std::string close();

  std::uint32_t blocks_ = 0;  // begun
  bool open_ = false, text_ = false;
};

}  // namespace ashlar::server
