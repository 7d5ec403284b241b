#include "server/response_events.h"

#include <fmt/format.h>

#include "server/response_items.h"

namespace ashlar::server {

using base::Json;

std::string ResponseEvents::event(std::string_view type, Json fields) {
  Json data = {{"type", type}, {"sequence_number", number_++}};
  data.update(fields);
  return fmt::format("event: {}\ndata: {}\n\n", type, base::write_json(data));
}

Json ResponseEvents::at_part() const {
  return {{"item_id", item_}, {"output_index", 0}, {"content_index", 0}};
}

std::string ResponseEvents::begin(const Json& response) {
  std::string text = event("response.created", {{"response", response}});
  text += event("response.in_progress", {{"response", response}});
  text += event("response.output_item.added",
                {{"output_index", 0}, {"item", output_item(item_, "in_progress", Json::array())}});
  Json part = at_part();
  part["part"] = output_text("", Json::array());
  return text + event("response.content_part.added", std::move(part));
}

std::string ResponseEvents::delta(std::string_view text, Json logprobs) {
  Json fields = at_part();
  fields["delta"] = text;
  fields["logprobs"] = std::move(logprobs);
  return event("response.output_text.delta", std::move(fields));
}

std::string ResponseEvents::done(const Json& response) {
  const Json& item = response["output"][0];
  const Json& part = item["content"][0];
  Json fields = at_part();
  fields["text"] = part["text"];
  fields["logprobs"] = part["logprobs"];
  std::string text = event("response.output_text.done", std::move(fields));
  fields = at_part();
  fields["part"] = part;
  text += event("response.content_part.done", std::move(fields));
  return text + event("response.output_item.done", {{"output_index", 0}, {"item", item}});
}

std::string ResponseEvents::end(const Json& response) {
  const std::string status = response["status"] == "incomplete"  ? "incomplete"
                             : response["status"] == "completed" ? "completed"
                                                                 : "failed";
  return event("response." + status, {{"response", response}});
}

}  // namespace ashlar::server
