#include "prompt/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "chat/template.h"
#include "grammar/json_reader.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"
#include "llm/request_json.h"
#include "prompt/values.h"

namespace ashlar::prompt {
namespace {

using base::Json;

// Of all messages together; a template alone has more (chat/template.h).
constexpr std::size_t kMostRenderedBytes = 16u << 20;
constexpr std::uint64_t kFewestSteps = 50'000;  // that a message has, however many there are

// The templates of one spec, compiled once for all its messages.
class Renderer {
 public:
  static Result<Renderer> of(const PromptSpec& spec) {
    std::optional<chat::Template> system;
    if (spec.system) {
      ASHLAR_ASSIGN(system, chat::Template::compile(*spec.system, "/system"));
    }
    ASHLAR_ASSIGN(auto user, chat::Template::compile(spec.user, "/user"));
    return Renderer(spec, std::move(system), std::move(user));
  }

  // `complete` makes the variables of a template of those that are given.
  template <class Complete>
  Result<Json> messages(const Json& given, const Complete& complete) const {
    Json messages = Json::array();
    ASHLAR_ASSIGN(const Json values, complete(given, ""));
    if (system_) ASHLAR_TRY(add(messages, "system", *system_, values));
    for (std::size_t i = 0; i < spec_->examples.size(); ++i) {
      const Example& example = spec_->examples[i];
      ASHLAR_TRY(add_example(messages, example, fmt::format("/examples/{}/variables", i)));
      messages.push_back({{"role", "assistant"}, {"content", answer_text(*spec_, example.answer)}});
    }
    ASHLAR_TRY(add(messages, "user", user_, values));
    return messages;
  }

 private:
  Renderer(const PromptSpec& spec, std::optional<chat::Template> system, chat::Template user)
      : spec_(&spec), system_(std::move(system)), user_(std::move(user)) {}

  Status add(Json& messages, const char* role, const chat::Template& text,
             const Json& values) const {
    chat::RenderLimits limits;
    limits.steps = std::max(kFewestSteps, limits.steps / (spec_->examples.size() + 1));
    limits.output_bytes = kMostRenderedBytes;
    for (const Json& each : messages)
      limits.output_bytes -=
          std::min(limits.output_bytes, each["content"].get_ref<const std::string&>().size());
    ASHLAR_ASSIGN(const chat::Rendered rendered,
                  text.render(values, Json::object(), base::SystemClock(), limits));
    messages.push_back({{"role", role}, {"content", rendered.text}});
    return {};
  }

  // Of the user's template alone, so only what that reads needs a value.
  Status add_example(Json& messages, const Example& example, const std::string& where) const {
    if (example.user) {
      messages.push_back({{"role", "user"}, {"content", *example.user}});
      return {};
    }
    ASHLAR_ASSIGN(const Json values,
                  example_values(*spec_, user_.names(), example.variables, where));
    return add(messages, "user", user_, values);
  }

  const PromptSpec* spec_;
  std::optional<chat::Template> system_;
  chat::Template user_;
};

}  // namespace

Result<Json> render_messages(const PromptSpec& spec, const Json& given) {
  ASHLAR_ASSIGN(const Renderer renderer, Renderer::of(spec));
  return renderer.messages(given, [&](const Json& values, const std::string& where) {
    return complete_values(spec, values, where);
  });
}

Result<Json> render_outline(const PromptSpec& spec, const Json& given) {
  ASHLAR_ASSIGN(const Renderer renderer, Renderer::of(spec));
  return renderer.messages(given, [&](const Json& values, const std::string&) -> Result<Json> {
    Json all = values;
    for (const auto& [name, variable] : spec.variables)
      if (variable.fallback && !all.contains(name)) all[name] = *variable.fallback;
    return all;
  });
}

Result<Json> request_of(const PromptSpec& spec, const Json& given) {
  Json request = Json::object();
  ASHLAR_ASSIGN(request["messages"], render_messages(spec, given));
  request.update(spec.sampling);
  if (spec.schema) request["schema"] = *spec.schema;
  return request;
}

Result<llm::GenerateRequest> generate_request(const PromptSpec& spec, const Json& given) {
  ASHLAR_ASSIGN(const Json request, request_of(spec, given));
  return llm::parse_request(request);
}

Result<Json> parsed_answer(const PromptSpec& spec, const std::string& text) {
  if (!spec.schema) return Json(nullptr);
  ASHLAR_ASSIGN(const auto schema, grammar::load_schema(base::write_json(*spec.schema)));
  const auto value = grammar::read_json(text, "answer");
  if (!value)
    return fail(ErrorKind::bad_input, "the answer isn't whole JSON: " + value.error().message,
                value.error().where, "give it more tokens, or --finish");
  ASHLAR_ASSIGN(const auto verdict, grammar::validate(schema, *value));
  if (!verdict.valid)
    return fail(ErrorKind::bad_input,
                "the answer isn't what the schema asks for: " + verdict.errors.front().message,
                verdict.errors.front().instance, "report this: the decoder is held to the schema");
  return base::parse_json(text, "answer");
}

}  // namespace ashlar::prompt
