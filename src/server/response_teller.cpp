#include "server/response_teller.h"

#include <chrono>

#include "server/openai_json.h"
#include "server/response_object.h"

namespace ashlar::server {

using base::Json;

struct ResponseTeller::Ending {
  std::shared_ptr<Runs> runs;
  SharedCall call;
  ResponseRequest request;
  Json response;
  ResponseEvents events;
  std::string before;  // what goes before the last event

  Status store() const {
    const std::string id = response["id"], status = response["status"];
    if (!request.store) return {};
    if (request.background) {
      // One that was cancelled or deleted meanwhile stays so.
      ASHLAR_TRY(runs->responses.finish(id, status, base::write_json(response)));
      return {};
    }
    return runs->responses.add({id, request.previous, status, base::write_json(response),
                                base::write_json(request.items), call->owner(), call->created});
  }

  void operator()() {
    const Status stored = store();
    if (!request.asked.stream) {
      if (stored) return call->answer(response);
      return call->fail(stored.error());
    }
    if (!stored) {
      before.clear();  // it ends as one that failed
      set_failed(response, "server_error", stored.error().line());
    }
    call->exchange->write(before + events.end(response));
    call->exchange->end();
  }
};

ResponseTeller::ResponseTeller(std::shared_ptr<Runs> runs, SharedCall call, ServedModel model,
                               ResponseRequest request, Json response)
    : runs_(std::move(runs)),
      call_(std::move(call)),
      model_(std::move(model)),
      request_(std::move(request)),
      response_(std::move(response)) {}

void ResponseTeller::begin() {
  if (!request_.asked.stream) return;
  call_->begin(sse_headers(), std::string(kSseProbe));
  call_->exchange->write(events_.begin(response_, !request_.asked.tools.offers()));
}

// Log-probabilities go with the next text; those of a call go with none.
void ResponseTeller::event(std::uint32_t, const llm::Event& event) {
  if (!request_.asked.stream) return;
  using Kind = llm::AnswerPart::Kind;
  if (event.logprob) logprobs_.push_back(chat_logprob(*event.logprob, model_.llm->tokenizer()));
  std::string events;
  for (const llm::AnswerPart& part : event.parts) {
    Json logprobs = Json::array();
    if (part.kind == Kind::text || part.kind == Kind::begin) std::swap(logprobs, logprobs_);
    events += events_.part(part, std::move(logprobs));
  }
  const bool last = event.kind == engine::Event::Kind::ended;
  if (last && !logprobs_.empty() && !request_.asked.tools.offers())
    events += events_.part({.text = ""}, std::exchange(logprobs_, Json::array()));
  if (!events.empty()) call_->exchange->write(std::move(events));
}

// Of an answer that isn't streamed.
void ResponseTeller::gather(const llm::AnswerMessage& message, const engine::Output& output) {
  using Kind = llm::AnswerPart::Kind;
  if (!message.text.empty() || message.calls.empty())
    events_.part({.text = message.text}, response_logprobs(output, model_.llm->tokenizer()));
  for (const chat::ToolCall& call : message.calls) {
    events_.part({Kind::begin, 0, call.name, call.id.value_or("")});
    events_.part({Kind::arguments, 0, call.arguments});
  }
}

void ResponseTeller::finish(const std::vector<Told>& told) {
  const engine::Output& output = told.front().choices.outputs.front();
  if (!request_.asked.stream) gather(told.front().messages.front(), output);
  std::string done = events_.done(item_status(output));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  set_answer(response_, output, events_.items(),
             std::chrono::duration_cast<std::chrono::seconds>(now).count());
  set_report(response_, request_, model_, told);
  // Nobody stops one in the background but who cancels it, which is stored by then, and the end of
  // the server.
  if (request_.background && response_["status"] == "cancelled")
    set_failed(response_, "server_error", "the server ended before the answer was whole");
  end(request_.asked.stream ? std::move(done) : std::string());
}

void ResponseTeller::fail(const Error& error) {
  if (!request_.asked.stream && !request_.background) return call_->fail(error);
  set_failed(response_, "server_error", error.line());
  end({});
}

void ResponseTeller::end(std::string before) {
  // The teller's last: what it holds goes along.
  auto ending =
      std::make_shared<Ending>(Ending{runs_, std::move(call_), std::move(request_),
                                      std::move(response_), std::move(events_), std::move(before)});
  runs_->errands.post([ending] { (*ending)(); });
}

}  // namespace ashlar::server
