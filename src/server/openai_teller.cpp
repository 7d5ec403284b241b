#include "server/openai_teller.h"

#include <utility>

#include "server/openai_json.h"
#include "server/report.h"

namespace ashlar::server {

using base::Json;

OpenAiTeller::OpenAiTeller(SharedCall call, ServedModel model, Asked asked, Objects objects,
                           std::string id)
    : call_(std::move(call)),
      model_(std::move(model)),
      asked_(std::move(asked)),
      objects_(objects),
      id_(std::move(id)) {}

Json OpenAiTeller::frame(std::string_view object, Json choices) const {
  return {{"id", id_},
          {"object", object},
          {"created", call_->created},
          {"model", model_.id},
          {"choices", std::move(choices)}};
}

void OpenAiTeller::begin_stream() const {
  call_->begin(sse_headers(), std::string(kSseProbe));
}

Json OpenAiTeller::chunk(Json choice) const {
  Json chunk = frame(objects_.chunk, Json::array({std::move(choice)}));
  if (asked_.include_usage) chunk["usage"] = nullptr;
  return chunk;
}

void OpenAiTeller::send(const Json& chunk) const {
  call_->exchange->write(sse(chunk));
}

void OpenAiTeller::finish(const std::vector<Told>& told) {
  if (!asked_.stream) {
    Json answer = frame(objects_.whole, choices_of(told));
    answer["usage"] = usage_json(told);
    add_more(answer, told);
    answer["ashlar"] = report_of(asked_, model_, told);
    return call_->answer(answer);
  }
  if (asked_.include_usage) {
    Json last = frame(objects_.chunk, Json::array());
    last["usage"] = usage_json(told);
    last["ashlar"] = report_of(asked_, model_, told);
    send(last);
  }
  call_->exchange->write(std::string(kSseDone));
  call_->exchange->end();
}

void OpenAiTeller::fail(const Error& error) {
  if (!asked_.stream) return call_->fail(error);
  send(error_body(Dialect::openai, status_for(error), error, call_->id));
  call_->exchange->end();
}

}  // namespace ashlar::server
