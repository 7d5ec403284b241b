// The events of a response's stream, in OpenAI's order and numbered, and the items that they make.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "llm/call_streams.h"

namespace ashlar::server {

class ResponseEvents {
 public:
  // Each is what goes to the client, as server-sent events: created and in_progress, and where the
  // answer begins with text, whatever it will be, the item that holds it.
  std::string begin(const base::Json& response, bool text_first);
  // `logprobs` of a text.
  std::string part(const llm::AnswerPart& part, base::Json logprobs = base::Json::array());
  // The last item is done; an answer without any gets one of empty text. `status` is its.
  std::string done(std::string_view status);
  // response.completed, .incomplete or .failed, as its status is.
  std::string end(const base::Json& response);

  // Those that are done.
  const base::Json& items() const { return items_; }

 private:
  std::string event(std::string_view type, base::Json fields);
  base::Json at_item() const;
  base::Json at_part() const;
  bool has_text() const { return !item_.is_null() && item_["type"] == "message"; }
  std::string open_text();
  std::string open_call(const llm::AnswerPart& part);
  std::string delta(std::string_view text, base::Json logprobs);
  std::string arguments(std::string_view text);
  std::string close(std::string_view status);
  std::string close_text();
  std::string close_call();

  base::Json items_ = base::Json::array();
  base::Json item_ = nullptr;  // the open one, as far as it has come
  std::uint64_t number_ = 0;
};

}  // namespace ashlar::server
