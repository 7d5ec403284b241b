// POST /api/generate and /api/chat; /api/embed and /api/embeddings, which come later.
#include "server/foreign_chat.h"
#include "server/model_names.h"
#include "server/ollama_answer.h"
#include "server/ollama_endpoints.h"
#include "server/ollama_options.h"
#include "server/ollama_request.h"

namespace ashlar::server {
namespace {

using base::Json;

// Nothing is asked: what clients send to have a model opened, or closed.
Status answer_empty(const Call& call, const OllamaRequest& request, OllamaShape shape,
                    std::string_view reason) {
  Json line = ollama_line(shape, request.asked.model, {}, true);
  line["done_reason"] = reason;
  line["ashlar"] = ollama_report(request.asked);
  call.answer(line);
  return {};
}

void add_system(const DerivedModel& model, Json& messages) {
  if (model.system && !model.system->empty() && messages.front()["role"] != "system")
    messages.insert(messages.begin(), Json{{"role", "system"}, {"content", *model.system}});
}

// As the pool of models takes it: below 0 is for ever.
std::optional<std::chrono::milliseconds> pool_time(const OllamaRequest& request) {
  if (!request.keep_alive) return std::nullopt;
  if (!request.keep_alive->time) return std::chrono::milliseconds(-1);
  return std::chrono::ceil<std::chrono::milliseconds>(*request.keep_alive->time);
}

llm::Prompt prompt_of(OllamaRequest request) {
  if (request.raw) return {.text = std::move(request.prompt), .parse_special = true};
  return {.text = {}, .messages = std::move(request.messages)};
}

Status answer(Services& services, const SharedCall& call, OllamaRequest request,
              OllamaShape shape) {
  ASHLAR_ASSIGN(auto upstream, upstream_of(services, *call, request.asked.model));
  if (upstream) {
    if (request.only_loads()) return answer_empty(*call, request, shape, "load");
    ASHLAR_ASSIGN(ForeignChat chat, foreign_chat(call, std::move(request), shape));
    services.upstreams.forward(std::move(upstream), call, std::move(chat.body), chat.path,
                               std::move(chat.relay));
    return {};
  }
  ASHLAR_ASSIGN(const ModelName name, resolve_name(services, *call, request.asked.model));
  const auto keep_alive = pool_time(request);
  if (request.only_loads() && keep_alive && keep_alive->count() == 0) {
    ASHLAR_TRY(services.models.close(name.model.id));
    return answer_empty(*call, request, shape, "unload");
  }
  ASHLAR_ASSIGN(ServedModel model, services.models.find(*call, name.target, keep_alive));
  const auto loaded = std::chrono::steady_clock::now();
  const Json options = merged_options(name.derived.parameters, request.options);
  ASHLAR_TRY(read_options(options, "/options", model.llm->context(), request.asked));
  if (request.only_loads()) return answer_empty(*call, request, shape, "load");
  if (!request.raw) add_system(name.derived, request.messages);
  Asked asked = request.asked;
  if (!request.raw) asked.draft.messages = Json::array();  // the report names the template
  PromptRequest prompt{request_of(asked, prompt_of(std::move(request)))};
  auto teller = std::make_unique<OllamaTeller>(call, model, std::move(asked), shape, loaded);
  return Answering::start(call, std::move(model), {std::move(prompt)}, std::move(teller));
}

}  // namespace

Status ollama_generate(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(OllamaRequest request, parse_ollama_generate(body));
  return answer(services, call, std::move(request), OllamaShape::generate);
}

Status ollama_chat(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(OllamaRequest request, parse_ollama_chat(body));
  return answer(services, call, std::move(request), OllamaShape::chat);
}

Status ollama_embed(Services&, const SharedCall& call) {
  const bool old = call->request.path == "/api/embeddings";
  return fail(ErrorKind::unsupported, "embeddings are not supported: they come in a later version",
              old ? "/prompt" : "/input", "use /api/generate or /api/chat");
}

}  // namespace ashlar::server
