// What an upstream's answer cost, read as it passes: its "usage", or, of a stream that tells none,
// the events that have text.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/sse_reader.h"

namespace ashlar::server {

class UpstreamUsage {
 public:
  void read_whole(std::string_view body);
  // A piece of a stream of server-sent events, wherever it is cut.
  void read_stream(std::string_view bytes);

  std::uint64_t prompt_tokens() const { return prompt_; }
  std::uint64_t completion_tokens() const { return told_ ? completion_ : events_; }

 private:
  SseReader reader_;
  bool told_ = false;
  std::uint64_t prompt_ = 0, completion_ = 0, events_ = 0;
};

}  // namespace ashlar::server
