// POST /api/create, /api/copy; DELETE /api/delete: models by other names. Files stay as they are.
#include <fmt/format.h>

#include <array>

#include "hub/hub.h"
#include "server/model_names.h"
#include "server/ollama_answer.h"
#include "server/ollama_endpoints.h"
#include "server/ollama_options.h"
#include "server/ollama_request.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

void read_later(const Json&, Asked&) {}

const Field kName{"name", Fate::used, FieldShape::text, "as older clients say model", read_later};
constexpr std::string_view kFromNames = "models are made from models that are served";

const std::array kCreateFields = {
    kModel,
    kName,
    Field{"from", Fate::used, FieldShape::text, "the model that it is made from", read_later},
    Field{"system", Fate::used, FieldShape::text, "of conversations that bring none", read_later},
    Field{"parameters", Fate::used, FieldShape::object, "options that requests may override",
          read_later},
    Field{"stream", Fate::used, FieldShape::flag, "false: one answer; default: true", read_later},
    refused("template", "the model's own is used", R"("")"),
    refused("quantize", "ashlar quantize makes files"),
    refused("quantization", "ashlar quantize makes files"),
    refused("files", kFromNames, "{}"),
    refused("adapters", "serve --lora loads them", "{}"),
    refused("license", "the file has its own", R"("")"),
    refused("messages", "send them with the request", "[]"),
    refused("modelfile", "send its parts as fields", R"("")"),
    refused("path", kFromNames, R"("")"),
};
const std::array kCopyFields = {
    Field{"source", Fate::used, FieldShape::text, "a model", read_later},
    Field{"destination", Fate::used, FieldShape::text, "its other name", read_later},
};
const std::array kDeleteFields = {kModel, kName};

std::string text_in(const Json& body, const char* name) {
  const auto at = body.find(name);
  return at == body.end() || at->is_null() ? std::string() : at->get<std::string>();
}

std::int64_t now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

// A served model's name can't be made to mean another.
Status put(Services& services, const std::string& name, DerivedModel model) {
  ASHLAR_TRY(check_derived_name(name));
  for (const ModelEntry& entry : services.models.list())
    if (entry.id == name || entry.id == without_latest(name))
      return fail(ErrorKind::bad_input, fmt::format("'{}' is a model that is served", name), "",
                  "choose another name");
  model.created = now();
  return services.derived.put(name, std::move(model));
}

// Parameters that aren't there would be promised to every request.
Status check_parameters(const Json& parameters, Asked& asked) {
  Asked own;
  ASHLAR_TRY(check_options(parameters, "/parameters", own));
  if (!own.unknown.empty())
    return fail(ErrorKind::bad_input, fmt::format("unknown parameter '{}'", own.unknown.front()),
                "/parameters", "leave it out");
  asked.ignored.insert(asked.ignored.end(), own.ignored.begin(), own.ignored.end());
  return {};
}

Result<DerivedModel> derive(const Services& services, const Call& call, const Json& body,
                            Asked& asked) {
  const std::string from = text_in(body, "from");
  if (from.empty())
    return fail(ErrorKind::bad_input, "neither 'from' or 'files' was specified", "/from",
                "name a model that is served");
  ASHLAR_ASSIGN(const ModelName parent, resolve_name(services, call, from));
  DerivedModel model = parent.derived;
  if (body.contains("system") && !body["system"].is_null()) model.system = text_in(body, "system");
  if (body.contains("parameters") && body["parameters"].is_object()) {
    ASHLAR_TRY(check_parameters(body["parameters"], asked));
    model.parameters = merged_options(model.parameters, body["parameters"]);
  }
  return model;
}

// One that was pulled goes with its file; what the server was started with stays.
Status remove_model(Services& services, const std::string& name) {
  const std::string catalogue_name(without_latest(name));
  const auto stored = hub::find(catalogue_name);
  const bool present = stored && stored->present;
  if (const auto resolved = look_up_name(services, name)) {
    if (resolved->target != resolved->model.id)
      return fail(ErrorKind::unsupported,
                  fmt::format("'{}' is an adapter or an alias", resolved->target), "",
                  "DELETE /adapters/NAME or /aliases/NAME");
    if (services.models.list().front().id == resolved->target)
      return fail(ErrorKind::unsupported,
                  fmt::format("the server was started with '{}'", resolved->target), "",
                  "stop it, then: ashlar models remove");
    const bool in_store = present && resolved->model.source == catalogue_name;
    ASHLAR_TRY(services.models.remove(resolved->target));
    return in_store ? hub::remove(catalogue_name) : Status();
  }
  if (present) return hub::remove(catalogue_name);
  return fail(ErrorKind::not_found, fmt::format("model '{}' not found", name), "",
              "GET /api/tags lists the names");
}

// The steps of what is done already, as Ollama tells of them.
void tell(const Call& call, const Asked& asked, bool stream,
          std::initializer_list<std::string_view> steps) {
  const Json last = {{"status", "success"}, {"ashlar", ollama_report(asked)}};
  if (!stream) return call.answer(last);
  call.begin(ndjson_headers(), {});
  for (const std::string_view step : steps) call.exchange->write(ndjson({{"status", step}}));
  call.exchange->write(ndjson(last));
  call.exchange->end();
}

}  // namespace

std::span<const Field> ollama_create_fields() {
  return kCreateFields;
}
std::span<const Field> ollama_copy_fields() {
  return kCopyFields;
}
std::span<const Field> ollama_delete_fields() {
  return kDeleteFields;
}

Status ollama_create(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(Asked asked, read_fields(body, kCreateFields));
  ASHLAR_ASSIGN(const std::string name, ollama_model_name(body));
  ASHLAR_ASSIGN(DerivedModel model, derive(services, *call, body, asked));
  const std::string base = "using existing model " + model.base;
  ASHLAR_TRY(put(services, name, std::move(model)));
  tell(*call, asked, ollama_streams(body), {base, "writing manifest"});
  return {};
}

Status ollama_copy(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(const Asked asked, read_fields(body, kCopyFields));
  for (const char* field : {"source", "destination"})
    if (text_in(body, field).empty())
      return fail(ErrorKind::bad_input, fmt::format("{} is required", field),
                  fmt::format("/{}", field), "name a model");
  ASHLAR_ASSIGN(const ModelName model, resolve_name(services, *call, text_in(body, "source")));
  ASHLAR_TRY(put(services, text_in(body, "destination"), model.derived));
  call->answer(Json{{"status", "success"}, {"ashlar", ollama_report(asked)}});
  return {};
}

Status ollama_delete(Services& services, const SharedCall& call) {
  ASHLAR_ASSIGN(const Json body, call->json());
  ASHLAR_ASSIGN(const Asked asked, read_fields(body, kDeleteFields));
  ASHLAR_ASSIGN(const std::string name, ollama_model_name(body));
  ASHLAR_ASSIGN(const bool derived, services.derived.erase(name));
  if (!derived) ASHLAR_TRY(remove_model(services, name));
  call->answer(Json{{"status", "success"}, {"ashlar", ollama_report(asked)}});
  return {};
}

}  // namespace ashlar::server
