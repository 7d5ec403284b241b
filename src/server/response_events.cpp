#include "server/response_events.h"

#include <fmt/format.h>

#include <utility>

#include "server/call.h"
#include "server/response_items.h"

namespace ashlar::server {

using base::Json;

std::string ResponseEvents::event(std::string_view type, Json fields) {
  Json data = {{"type", type}, {"sequence_number", number_++}};
  data.update(fields);
  return fmt::format("event: {}\ndata: {}\n\n", type, base::write_json(data));
}

Json ResponseEvents::at_item() const {
  return {{"item_id", item_["id"]}, {"output_index", items_.size()}};
}

Json ResponseEvents::at_part() const {
  Json at = at_item();
  at["content_index"] = 0;
  return at;
}

std::string ResponseEvents::begin(const Json& response, bool text_first) {
  std::string text = event("response.created", {{"response", response}});
  text += event("response.in_progress", {{"response", response}});
  return text_first ? text + open_text() : text;
}

std::string ResponseEvents::open_text() {
  item_ = output_item(fresh_id("msg_"), "in_progress", Json::array());
  std::string text =
      event("response.output_item.added", {{"output_index", items_.size()}, {"item", item_}});
  Json part = at_part();
  part["part"] = output_text("", Json::array());
  item_["content"].push_back(part["part"]);
  return text + event("response.content_part.added", std::move(part));
}

std::string ResponseEvents::open_call(const llm::AnswerPart& part) {
  item_ = {{"id", fresh_id("fc_")}, {"type", "function_call"}, {"status", "in_progress"},
           {"call_id", part.id},    {"name", part.text},       {"arguments", ""}};
  return event("response.output_item.added", {{"output_index", items_.size()}, {"item", item_}});
}

std::string ResponseEvents::delta(std::string_view text, Json logprobs) {
  Json& part = item_["content"][0];
  part["text"].get_ref<std::string&>() += text;
  for (const Json& token : logprobs) part["logprobs"].push_back(token);
  Json fields = at_part();
  fields["delta"] = text;
  fields["logprobs"] = std::move(logprobs);
  return event("response.output_text.delta", std::move(fields));
}

std::string ResponseEvents::arguments(std::string_view text) {
  item_["arguments"].get_ref<std::string&>() += text;
  Json fields = at_item();
  fields["delta"] = text;
  return event("response.function_call_arguments.delta", std::move(fields));
}

std::string ResponseEvents::part(const llm::AnswerPart& part, Json logprobs) {
  using Kind = llm::AnswerPart::Kind;
  switch (part.kind) {
    case Kind::text: {
      std::string events;
      if (!has_text()) {
        events = close("completed");
        events += open_text();
      }
      return events + delta(part.text, std::move(logprobs));
    }
    case Kind::begin: {
      std::string events = close("completed");
      return events + open_call(part);
    }
    case Kind::arguments: return arguments(part.text);
    case Kind::end: break;
  }
  return close("completed");
}

std::string ResponseEvents::close_text() {
  const Json& part = item_["content"][0];
  Json fields = at_part();
  fields["text"] = part["text"];
  fields["logprobs"] = part["logprobs"];
  std::string text = event("response.output_text.done", std::move(fields));
  fields = at_part();
  fields["part"] = part;
  return text + event("response.content_part.done", std::move(fields));
}

std::string ResponseEvents::close_call() {
  Json fields = at_item();
  fields["name"] = item_["name"];
  fields["arguments"] = item_["arguments"];
  return event("response.function_call_arguments.done", std::move(fields));
}

std::string ResponseEvents::close(std::string_view status) {
  if (item_.is_null()) return {};
  std::string events = has_text() ? close_text() : close_call();
  item_["status"] = status;
  events += event("response.output_item.done", {{"output_index", items_.size()}, {"item", item_}});
  items_.push_back(std::exchange(item_, nullptr));
  return events;
}

std::string ResponseEvents::done(std::string_view status) {
  std::string events = item_.is_null() && items_.empty() ? open_text() : std::string();
  return events + close(status);
}

std::string ResponseEvents::end(const Json& response) {
  const std::string status = response["status"] == "incomplete"  ? "incomplete"
                             : response["status"] == "completed" ? "completed"
                                                                 : "failed";
  return event("response." + status, {{"response", response}});
}

}  // namespace ashlar::server
