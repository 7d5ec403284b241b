// POST /api/generate and /api/chat; /api/embed and /api/embeddings, which come later.
#include "server/ollama_answer.h"
#include "server/ollama_endpoints.h"
#include "server/ollama_options.h"
#include "server/ollama_request.h"

namespace ashlar::server {
namespace {

using base::Json;

// Nothing is asked, the model is there: what clients send to have it opened.
Status answer_loaded(const Call& call, const OllamaRequest& request, OllamaShape shape) {
  Json line = ollama_line(shape, request.asked.model, "", true);
  line["done_reason"] = "load";
  line["ashlar"] = ollama_report(request.asked);
  call.answer(line);
  return {};
}

void add_system(const DerivedModel& model, Json& messages) {
  if (model.system && !model.system->empty() && messages.front()["role"] != "system")
    messages.insert(messages.begin(), Json{{"role", "system"}, {"content", *model.system}});
}

llm::Prompt prompt_of(OllamaRequest request) {
  if (request.raw) return {.text = std::move(request.prompt), .parse_special = true};
  return {.text = {}, .messages = std::move(request.messages)};
}

Status answer(Services& services, const SharedCall& call, OllamaRequest request,
              OllamaShape shape) {
  ASHLAR_ASSIGN(OllamaModel model, find_ollama_model(services, request.asked.model));
  const auto loaded = std::chrono::steady_clock::now();
  const Json options = merged_options(model.derived.parameters, request.options);
  ASHLAR_TRY(read_options(options, "/options", model.served.llm->context(), request.asked));
  if (request.only_loads()) return answer_loaded(*call, request, shape);
  if (!request.raw) add_system(model.derived, request.messages);
  Asked asked = request.asked;
  asked.draft.adapter = model.served.adapter;
  PromptRequest prompt{request_of(asked, prompt_of(std::move(request)))};
  auto teller = std::make_unique<OllamaTeller>(call, model.served, std::move(asked), shape, loaded);
  return Answering::start(call, std::move(model.served), {std::move(prompt)}, std::move(teller));
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
