#include "server/endpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "server/model_names.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

Json model_json(const ModelEntry& entry) {
  Json json = {
      {"id", entry.id}, {"object", "model"}, {"created", entry.created}, {"owned_by", "ashlar"}};
  if (!entry.parent.empty()) json["parent"] = entry.parent;
  return json;
}

}  // namespace

constinit const Field kModel{
    "model", Fate::used, FieldShape::text, "a model, an alias or an adapter; default: the first",
    [](const Json& value, Asked& asked) { asked.model = value.get<std::string>(); }};

constinit const Field kAddGenerationPrompt{
    "add_generation_prompt", Fate::used, FieldShape::flag, "end where the answer begins",
    [](const Json& value, Asked& asked) { asked.add_generation_prompt = value.get<bool>(); }};

constinit const Field kStream{
    "stream", Fate::used, FieldShape::flag, "send the answer as it comes",
    [](const Json& value, Asked& asked) { asked.stream = value.get<bool>(); }};

constinit const Field kStreamOptions{"stream_options", Fate::used, FieldShape::object,
                                     "include_usage: end with the usage",
                                     [](const Json& value, Asked& asked) {
                                       for (const auto& [name, each] : value.items()) {
                                         if (name == "include_usage" && each.is_boolean())
                                           asked.include_usage = each.get<bool>();
                                         else
                                           asked.ignored.push_back("stream_options." + name);
                                       }
                                     }};

constinit const Field kPromptLogprobs{
    "prompt_logprobs", Fate::used, FieldShape::count,
    "log-probability of each token of the prompt, with N alternatives",
    [](const Json& value, Asked& asked) { asked.prompt_logprobs = value.get<std::uint32_t>(); }};

Result<std::shared_ptr<Upstream>> upstream_of(Services& services, const Call& call,
                                              const std::string& name) {
  const std::string target = meaning_of(services, name).target;
  auto upstream = services.upstreams.find(services.models.meaning(target));
  if (upstream) ASHLAR_TRY(services.models.admit(call, target));
  return upstream;
}

Result<bool> forward(Services& services, const SharedCall& call, const Json& body,
                     std::string_view path) {
  const auto model = body.find("model");
  if (model == body.end() || !model->is_string()) return false;
  ASHLAR_ASSIGN(auto upstream, upstream_of(services, *call, model->get<std::string>()));
  if (!upstream) return false;
  services.upstreams.forward(std::move(upstream), call, body, path);
  return true;
}

Result<Json> messages_of(const Asked& asked) {
  if (!asked.draft.messages)
    return fail(ErrorKind::bad_input, "messages are missing", "/messages",
                R"(send "messages": [{"role": "user", "content": …}])");
  return *asked.draft.messages;
}

Status check_prompt_logprobs(const Asked& asked) {
  if (asked.prompt_logprobs.value_or(0) <= kMostLogprobs) return {};
  return fail(ErrorKind::bad_input, fmt::format("prompt_logprobs is {}", *asked.prompt_logprobs),
              "/prompt_logprobs", fmt::format("give at most {}", kMostLogprobs));
}

Result<std::string> text_of(const llm::Llm& model, const llm::Prompt& prompt) {
  if (!prompt.ids) return prompt.text;
  for (const tokenizer::TokenId id : *prompt.ids)
    if (id >= model.tokenizer().size())
      return fail(
          ErrorKind::bad_input,
          fmt::format("token id {} is not in the vocabulary of {}", id, model.tokenizer().size()),
          "/prompt", "use the ids of this model's tokenizer");
  return base::repair_utf8(model.tokenizer().decode(*prompt.ids)).text;
}

Status health(Services&, const SharedCall& call) {
  call->answer(Json{{"status", "ok"}});
  return {};
}

// Whether requests should be sent here: not while it drains, nor before a model is open.
Status ready(Services& services, const SharedCall& call) {
  if (services.draining) {
    call->fail(503, Error{ErrorKind::exhausted, "the server is draining", "server",
                          "send requests elsewhere"});
    return {};
  }
  if (services.models.list().empty()) {
    call->fail(503, Error{ErrorKind::exhausted, "no model is served", "server",
                          "POST /models/load opens one"});
    return {};
  }
  call->answer(Json{{"status", "ready"}});
  return {};
}

Status metrics(Services& services, const SharedCall& call) {
  call->answer(net::Response{200,
                             {{"content-type", std::string(telemetry::Exposition::kContentType)}},
                             services.metrics.page(services.connections(), services.models)});
  return {};
}

Status list_models(Services& services, const SharedCall& call) {
  Json list = Json::array();
  for (const ModelEntry& entry : list_names(services, *call)) list.push_back(model_json(entry));
  call->answer({{"object", "list"}, {"data", std::move(list)}});
  return {};
}

Status show_model(Services& services, const SharedCall& call) {
  const auto entries = list_names(services, *call);
  const auto entry = std::ranges::find(entries, call->argument, &ModelEntry::id);
  if (entry == entries.end())
    return fail(ErrorKind::not_found, fmt::format("no model '{}'", call->argument), "/model",
                "GET /v1/models lists them");
  call->answer(model_json(*entry));
  return {};
}

}  // namespace ashlar::server
