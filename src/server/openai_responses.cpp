// POST /v1/responses and /v1/responses/input_tokens.
#include <fmt/format.h>

#include "server/dispatch.h"
#include "server/endpoints.h"
#include "server/model_names.h"
#include "server/response_items.h"
#include "server/response_object.h"
#include "server/response_prompt.h"
#include "server/response_teller.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

using base::Json;

// Clients that wait are bounded by their connections; those that don't, by this.
constexpr std::size_t kMostInBackground = 1024;

// Input and output of one that can be continued.
Status append_turn(const StoredResponse& stored, Json& items) {
  if (stored.status != "completed" && stored.status != "incomplete")
    return fail(ErrorKind::bad_input, fmt::format("response '{}' is {}", stored.id, stored.status),
                "/previous_response_id", "continue one that is completed");
  ASHLAR_ASSIGN(const Json input, base::parse_json(stored.input, stored.id));
  ASHLAR_ASSIGN(const Json body, base::parse_json(stored.body, stored.id));
  for (const Json& item : input) items.push_back(item);
  for (const Json& item : body["output"]) items.push_back(item);
  return {};
}

// All items that the model reads: those of the responses before, then the request's own.
Result<Json> conversation_of(Runs& runs, const Call& call, const ResponseRequest& request) {
  if (!request.previous) return request.items;
  ASHLAR_ASSIGN(const auto chain, runs.responses.chain(*request.previous, call.owner()));
  Json items = Json::array();
  for (const StoredResponse& stored : chain) ASHLAR_TRY(append_turn(stored, items));
  for (const Json& item : request.items) items.push_back(item);
  return items;
}

// A background response is answered before it is made: it is stored in progress, then runs on with
// a call of its own.
Status start_in_background(Services& services, const SharedCall& call, ServedModel model,
                           PromptRequest prompt, ResponseRequest request, const Json& response) {
  const auto& runs = services.runs;
  if (runs->running.count() >= kMostInBackground)
    return fail(ErrorKind::exhausted,
                fmt::format("{} requests run in the background", runs->running.count()), "server",
                "try again when some are done");
  const std::string id = response["id"];
  ASHLAR_TRY(runs->responses.add({id, request.previous, "in_progress", base::write_json(response),
                                  base::write_json(request.items), call->owner(), call->created}));
  const SharedCall own = inner_call(services, call->request, runs->running.add(id), call->pass);
  own->fields = call->fields;
  own->route = "background";  // counted as an answer of its own
  own->account->note([&](Account& account) { account.model = model.id; });
  auto teller = std::make_unique<ResponseTeller>(runs, own, model, std::move(request), response);
  if (auto status = Answering::start(own, std::move(model), {std::move(prompt)}, std::move(teller));
      !status) {
    ASHLAR_TRY(runs->responses.remove(id));
    return status;
  }
  call->answer(response);
  return {};
}

}  // namespace

Status responses(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(ResponseRequest request, parse_response_request(body));
  ASHLAR_ASSIGN(ServedModel model, find_model(services, *call, request.asked.model));
  ASHLAR_ASSIGN(const Json items, conversation_of(*services.runs, *call, request));
  engine::SamplingParams& sampling = request.asked.draft.sampling;
  ASHLAR_ASSIGN(ResponsePrompt prompt,
                fitting_prompt(*model.llm, request, items,
                               request.most_tokens.value_or(sampling.max_tokens)));
  if (!request.most_tokens) sampling.max_tokens = model.llm->context();
  PromptRequest generate{request_of(request.asked, {.text = {}, .ids = std::move(prompt.ids)})};
  Json response = new_response(fresh_id("resp_"), call->created, model, request, prompt);
  if (request.background)
    return start_in_background(services, call, std::move(model), std::move(generate),
                               std::move(request), response);
  auto teller = std::make_unique<ResponseTeller>(services.runs, call, model, std::move(request),
                                                 std::move(response));
  return Answering::start(call, std::move(model), {std::move(generate)}, std::move(teller));
}

Status response_input_tokens(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, asked_body(services, *call));
  ASHLAR_ASSIGN(const ResponseRequest request, parse_input_token_request(body));
  ASHLAR_ASSIGN(const ServedModel model, find_model(services, *call, request.asked.model));
  ASHLAR_ASSIGN(const Json items, conversation_of(*services.runs, *call, request));
  ASHLAR_ASSIGN(const ResponsePrompt prompt, whole_prompt(*model.llm, request, items));
  call->answer({{"object", "response.input_tokens"}, {"input_tokens", prompt.ids.size()}});
  return {};
}

}  // namespace ashlar::server
