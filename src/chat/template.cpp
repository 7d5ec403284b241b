#include "chat/template.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "chat/ast.h"
#include "chat/evaluate.h"
#include "chat/globals.h"
#include "chat/lexer.h"
#include "chat/parser.h"

namespace ashlar::chat {
namespace {

constexpr int kMaxVariableDepth = base::kMaxJsonDepth;

// JSON variables as the template's values; strings carry where they came from.
class Importer {
 public:
  Importer(Evaluator& evaluator, bool input) : evaluator_(evaluator), input_(input) {}

  Result<Value> import(const base::Json& json, int depth = 0) {
    if (depth > kMaxVariableDepth)
      return fail(ErrorKind::too_large,
                  fmt::format("variables nest deeper than {} levels", kMaxVariableDepth));
    switch (json.type()) {
      case base::Json::value_t::null: return Value();
      case base::Json::value_t::boolean: return Value(json.get<bool>());
      case base::Json::value_t::number_integer: return Value(json.get<std::int64_t>());
      case base::Json::value_t::number_unsigned: return unsigned_number(json.get<std::uint64_t>());
      case base::Json::value_t::number_float: return Value(json.get<double>());
      case base::Json::value_t::string: return string(json.get_ref<const std::string&>());
      case base::Json::value_t::array: return array(json, depth);
      case base::Json::value_t::object: return object(json, depth);
      default: return fail(ErrorKind::bad_input, "a variable that is no JSON value");
    }
  }

 private:
  static Result<Value> unsigned_number(std::uint64_t number) {
    if (number > INT64_MAX)
      return fail(ErrorKind::unsupported,
                  fmt::format("the integer {} needs more than 64 bits", number), {},
                  "pass it as a string");
    return Value(static_cast<std::int64_t>(number));
  }

  Result<Value> string(const std::string& text) {
    if (base::is_utf8(text)) return whole_text(evaluator_.meter(), text, input_);
    return fail(ErrorKind::bad_input, "a variable's string is not UTF-8", {},
                "repair it before rendering");
  }

  Result<Value> array(const base::Json& json, int depth) {
    List items;
    items.reserve(json.size());
    for (const base::Json& item : json) {
      ASHLAR_ASSIGN(Value value, import(item, depth + 1));
      items.push_back(std::move(value));
    }
    return evaluator_.heap().list(std::move(items));
  }

  Result<Value> object(const base::Json& json, int depth) {
    Dict* dict = evaluator_.heap().dict();
    for (const auto& [key, item] : json.items()) {
      ASHLAR_ASSIGN(const Value name, string(key));
      ASHLAR_ASSIGN(const Value value, import(item, depth + 1));
      ASHLAR_TRY(evaluator_.heap().insert(*dict, name, value));
    }
    return dict;
  }

  Evaluator& evaluator_;
  bool input_;
};

Status define_all(Evaluator& evaluator, const base::Json& variables, bool input) {
  if (variables.is_null()) return {};
  if (!variables.is_object())
    return fail(ErrorKind::bad_input, "the variables of a template are no JSON object");
  Importer importer(evaluator, input);
  for (const auto& [name, json] : variables.items()) {
    auto value = importer.import(json);
    if (!value) {
      if (value.error().where.empty()) value.error().where = "variable " + name;
      return tl::unexpected<Error>(std::move(value.error()));
    }
    evaluator.define(name, std::move(*value));
  }
  return {};
}

Result<Rendered> evaluate(const Program& program, const base::Json& variables,
                          const base::Json& trusted, const base::Clock& clock,
                          const RenderLimits& limits) {
  Evaluator evaluator(program, limits, clock);
  define_globals(evaluator);
  ASHLAR_TRY(define_all(evaluator, variables, true));
  ASHLAR_TRY(define_all(evaluator, trusted, false));
  ASHLAR_ASSIGN(const Text text, evaluator.run());
  return Rendered{std::string(text.view()), {text.input().begin(), text.input().end()}};
}

}  // namespace

struct Template::State {
  Program program;
};

Template::Template(std::unique_ptr<State> state) : state_(std::move(state)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

Result<Template> Template::compile(std::string_view source, std::string where) {
  if (source.size() > kMaxSource)
    return fail(ErrorKind::too_large,
                fmt::format("a template of {} bytes is over {}", source.size(), kMaxSource),
                std::move(where), "shorten it");
  if (!base::is_utf8(source))
    return fail(ErrorKind::bad_input, "the template is not UTF-8", std::move(where),
                "save it as UTF-8");
  auto state = std::make_unique<State>();
  state->program.source = normalize(source);
  state->program.where = std::move(where);
  ASHLAR_TRY(Parser::parse(state->program));
  return Template(std::move(state));
}

std::set<std::string> Template::names() const {
  std::set<std::string> names = state_->program.reads;
  std::erase_if(names, is_global);
  return names;
}

Result<Rendered> Template::render(const base::Json& variables, const base::Json& trusted,
                                  const base::Clock& clock, const RenderLimits& limits) const {
  auto rendered = evaluate(state_->program, variables, trusted, clock, limits);
  if (!rendered && rendered.error().mend.empty())
    rendered.error().mend = "correct the template, or the variables that it is given";
  return rendered;
}

}  // namespace ashlar::chat
