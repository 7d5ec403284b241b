#include "prompt/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_pointer.h"
#include "chat/template.h"
#include "formats/document.h"
#include "grammar/schema_loader.h"
#include "llm/request_json.h"
#include "prompt/spec_fields.h"
#include "prompt/values.h"

namespace ashlar::prompt {
namespace {

using base::Json;

constexpr std::size_t kMostVariables = 1'000, kMostExamples = 1'000;

// A name that a template can read.
bool is_identifier(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// `pointer` is where the schema stands, above the places in it.
Result<grammar::Schema> compile_schema(const Json& schema, const std::string& pointer) {
  auto loaded = grammar::load_schema(base::write_json(schema));
  if (loaded) return loaded;
  Error error = std::move(loaded.error());
  error.where = error.where.empty() || error.where.starts_with('/')
                    ? pointer + error.where
                    : fmt::format("{}, {}", pointer, error.where);
  return tl::unexpected<Error>(std::move(error));
}

Result<Json> schema_of_type(const Json& type, const std::string& pointer) {
  if (type.is_object()) return type;
  if (type.is_string())
    if (auto schema = schema_of_type_name(type.get_ref<const std::string&>())) return *schema;
  return bad_field(
      fmt::format("the type is {}", type.is_string() ? "'" + type.get<std::string>() + "'"
                                                     : std::string(type.type_name())),
      pointer, "write string, integer, number, boolean, list, object, or a JSON Schema");
}

Result<Variable> parse_variable(const Json& json, const std::string& name, std::string pointer) {
  if (!is_identifier(name))
    return bad_field(fmt::format("no template can read a variable called '{}'", name), pointer,
                     "use letters, digits and _, no digit first");
  ASHLAR_ASSIGN(Fields fields, Fields::of(json, pointer));
  Variable variable;
  ASHLAR_ASSIGN(const Json* type, fields.need("type", "say what its values are"));
  ASHLAR_ASSIGN(variable.schema, schema_of_type(*type, fields.pointer("type")));
  ASHLAR_ASSIGN(auto compiled, compile_schema(variable.schema, fields.pointer("type")));
  variable.compiled = std::make_shared<const grammar::Schema>(std::move(compiled));
  ASHLAR_TRY(fields.flag("trusted", variable.trusted));
  ASHLAR_TRY(fields.text("description", variable.description));
  if (const Json* fallback = fields.find("default")) {
    ASHLAR_TRY(check_value(name, variable, *fallback, fields.pointer("default")));
    variable.fallback = *fallback;
  }
  ASHLAR_TRY(fields.check_unknown());
  return variable;
}

Status parse_variables(const Json& json, PromptSpec& spec) {
  ASHLAR_TRY(Fields::of(json, "/variables"));
  if (json.size() > kMostVariables)
    return fail(ErrorKind::too_large, fmt::format("more than {} variables", kMostVariables),
                "/variables", "put them together in lists or objects");
  for (const auto& [name, each] : json.items()) {
    ASHLAR_ASSIGN(spec.variables[name],
                  parse_variable(each, name, "/variables" + base::pointer_step(name)));
  }
  return {};
}

Result<Example> parse_example(const Json& json, std::string pointer, bool with_schema) {
  ASHLAR_ASSIGN(Fields fields, Fields::of(json, std::move(pointer)));
  Example example;
  const Json *user = fields.find("user"), *variables = fields.find("variables");
  if ((user == nullptr) == (variables == nullptr))
    return bad_field(
        fmt::format("an example with {} user and variables", user ? "both" : "neither"),
        fields.pointer("user"),
        "give it the variables of the user template, or the user's text as it is");
  if (user) ASHLAR_TRY(fields.text("user", example.user.emplace()));
  if (variables) {
    ASHLAR_TRY(Fields::of(*variables, fields.pointer("variables")));
    example.variables = *variables;
  }
  ASHLAR_ASSIGN(const Json* answer, fields.need("answer", "say what the right answer is"));
  if (!with_schema && !answer->is_string())
    return bad_field(
        fmt::format("the answer is {}, and the spec has no schema", answer->type_name()),
        fields.pointer("answer"), "write a string, or give the spec a schema");
  example.answer = *answer;
  ASHLAR_TRY(fields.check_unknown());
  return example;
}

Status parse_examples(const Json& json, PromptSpec& spec) {
  if (!json.is_array())
    return bad_field(fmt::format("examples is {}, not a list", json.type_name()), "/examples",
                     "write a list of {user or variables, answer}");
  if (json.size() > kMostExamples)
    return fail(ErrorKind::too_large, fmt::format("more than {} examples", kMostExamples),
                "/examples", "keep the best of them");
  for (std::size_t i = 0; i < json.size(); ++i) {
    ASHLAR_ASSIGN(Example example,
                  parse_example(json[i], fmt::format("/examples/{}", i), spec.schema.has_value()));
    spec.examples.push_back(std::move(example));
  }
  return {};
}

Status check_selection(Fields& fields) {
  std::string selection = "fixed";
  ASHLAR_TRY(fields.text("selection", selection));
  if (selection == "fixed") return {};
  if (selection == "similarity")
    return fail(ErrorKind::unsupported, "examples chosen by similarity", "/selection",
                "that comes with embeddings; until then write fixed, or leave it out");
  return bad_field(fmt::format("no selection '{}'", selection), "/selection", "write fixed");
}

// An object whose one member is `file`, which no keyword of JSON Schema is called.
Result<Json> parse_schema(const Json& json, const SchemaFile& schema_file) {
  const bool named = json.is_object() && json.size() == 1 && json.contains("file");
  if (!named) {
    if (!json.is_object() && !json.is_boolean())
      return bad_field(fmt::format("the schema is {}", json.type_name()), "/schema",
                       "write a JSON Schema, or {file = \"answer.schema.json\"}");
    ASHLAR_TRY(compile_schema(json, "/schema"));
    return json;
  }
  std::string name;
  ASHLAR_ASSIGN(Fields fields, Fields::of(json, "/schema"));
  ASHLAR_TRY(fields.needed_text("file", name, "name the file with the JSON Schema"));
  if (!schema_file)
    return bad_field("a schema in a file, and no folder to look in", "/schema/file",
                     "write the schema itself");
  ASHLAR_ASSIGN(Json schema, schema_file(name));
  ASHLAR_TRY(compile_schema(schema, "/schema/file"));
  return schema;
}

Status check_sampling(const PromptSpec& spec) {
  ASHLAR_TRY(Fields::of(spec.sampling, "/sampling"));
  for (const auto& [name, value] : spec.sampling.items())
    if (!is_sampling_field(name))
      return bad_field(fmt::format("no field of sampling is called '{}'", name),
                       "/sampling" + base::pointer_step(name),
                       "ashlar prompt run --help lists them, with - for _");
  Json request = spec.sampling;
  request["prompt"] = "";
  if (spec.schema) request["schema"] = *spec.schema;
  auto parsed = llm::parse_request(request);
  if (parsed) return {};
  parsed.error().where.insert(0, "/sampling");
  return tl::unexpected<Error>(std::move(parsed.error()));
}

Status check_templates(const PromptSpec& spec) {
  if (spec.system) ASHLAR_TRY(chat::Template::compile(*spec.system, "/system"));
  ASHLAR_TRY(chat::Template::compile(spec.user, "/user"));
  return {};
}

}  // namespace

Result<PromptSpec> parse_spec(const Json& json, const SchemaFile& schema_file) {
  ASHLAR_ASSIGN(Fields fields, Fields::of(json, ""));
  PromptSpec spec;
  ASHLAR_TRY(fields.needed_text("name", spec.name, "name the prompt"));
  ASHLAR_TRY(
      fields.needed_text("version", spec.version, "give it a version, as \"1\" or \"1.0.0\""));
  ASHLAR_TRY(fields.text("description", spec.description));
  if (fields.find("system")) ASHLAR_TRY(fields.text("system", spec.system.emplace()));
  ASHLAR_TRY(fields.needed_text("user", spec.user, "write the template of the user's message"));
  if (const Json* variables = fields.find("variables"))
    ASHLAR_TRY(parse_variables(*variables, spec));
  if (const Json* schema = fields.find("schema")) {
    ASHLAR_ASSIGN(spec.schema, parse_schema(*schema, schema_file));
  }
  if (const Json* examples = fields.find("examples")) ASHLAR_TRY(parse_examples(*examples, spec));
  ASHLAR_TRY(check_selection(fields));
  if (const Json* sampling = fields.find("sampling")) spec.sampling = *sampling;
  ASHLAR_TRY(fields.check_unknown());
  ASHLAR_TRY(check_sampling(spec));
  ASHLAR_TRY(check_templates(spec));
  return spec;
}

Result<PromptSpec> read_spec(const std::filesystem::path& path) {
  ASHLAR_ASSIGN(const Json json, formats::read_document(path));
  bool failed_beside = false;  // whose error has a place of its own
  const SchemaFile beside = [&](const std::string& name) -> Result<Json> {
    if (std::filesystem::path(name).is_absolute())
      return bad_field(fmt::format("{} is no name relative to the spec", name), "/schema/file",
                       "keep the schema beside the spec");
    auto schema = formats::read_document(path.parent_path() / name);
    failed_beside = !schema;
    return schema;
  };
  auto spec = parse_spec(json, beside);
  if (!spec && !failed_beside)
    spec.error().where = fmt::format("{}: {}", path.string(), spec.error().where);
  return spec;
}

bool is_sampling_field(std::string_view name) {
  for (const char* each : {"order", "whitespace", "finish", "n", "best_of", "priority"})
    if (name == each) return true;
  return std::ranges::find(llm::sampling_fields(), name, &llm::RequestField::name) !=
         llm::sampling_fields().end();
}

std::string answer_text(const PromptSpec& spec, const Json& answer) {
  return spec.schema ? base::write_json(answer) : answer.get<std::string>();
}

}  // namespace ashlar::prompt
