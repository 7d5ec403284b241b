// The events of a response's stream, in OpenAI's order and numbered.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace ashlar::server {

class ResponseEvents {
 public:
  explicit ResponseEvents(std::string item) : item_(std::move(item)) {}

  // Each is what goes to the client, as server-sent events.
  std::string begin(const base::Json& response);  // created, in_progress, item and part added
  std::string delta(std::string_view text, base::Json logprobs);
  // REQUIRES: a response with its answer in. text, part and item are done.
  std::string done(const base::Json& response);
  // response.completed, .incomplete or .failed, as its status is.
  std::string end(const base::Json& response);

 private:
  std::string event(std::string_view type, base::Json fields);
  base::Json at_part() const;

  std::string item_;
  std::uint64_t number_ = 0;
};

}  // namespace ashlar::server
