// ashlar schema validate, admits: instances against a JSON Schema, by its validator and by the
// decoder's automaton.
#include <fmt/format.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/arguments.h"
#include "cli/document_folders.h"
#include "cli/schema_admits.h"
#include "cli/schema_lines.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "grammar/json_reader.h"
#include "grammar/schema_loader.h"
#include "grammar/validator.h"

namespace ashlar::cli {
namespace {

using base::Json;

struct SchemaOptions {
  std::string schema = {};
  std::string draft = {};
  std::string formats = "annotate";
  std::vector<std::string> refs = {};
  bool json = false;
  bool jsonl = false;
  std::string tokenizer = {};
  std::string order = "schema", white_space = "compact";
  bool masks = false, lenient = false;
};

Result<grammar::LoadOptions> load_options(const SchemaOptions& options) {
  grammar::LoadOptions load;
  if (!options.draft.empty()) {
    load.draft = grammar::draft_named(options.draft);
    if (!load.draft)
      return fail(ErrorKind::bad_input, fmt::format("no draft '{}'", options.draft), "--draft",
                  "say 4, 6, 7, 2019-09 or 2020-12");
  }
  load.assert_formats = options.formats == "assert";
  ASHLAR_ASSIGN(load.library, document_folders(options.refs));
  return load;
}

Result<grammar::Schema> load(const SchemaOptions& options) {
  ASHLAR_ASSIGN(const auto load, load_options(options));
  ASHLAR_ASSIGN(const std::string text, base::read_file(options.schema, grammar::kMostSchemaBytes));
  return grammar::load_schema(text, load);
}

Json json_of(const grammar::Verdict& verdict) {
  Json errors = Json::array();
  for (const auto& error : verdict.errors)
    errors.push_back({{"instance", error.instance},
                      {"schema", error.schema},
                      {"keyword", error.keyword},
                      {"message", error.message}});
  return {{"valid", verdict.valid}, {"errors", std::move(errors)}};
}

Result<Json> judge(const grammar::Schema& schema, const std::string& line) {
  ASHLAR_ASSIGN(const grammar::Value instance, grammar::read_json(line, "instance"));
  ASHLAR_ASSIGN(const grammar::Verdict verdict, grammar::validate(schema, instance));
  return json_of(verdict);
}

int validate(const SchemaOptions& options) {
  const auto schema = load(options);
  if (!schema) return report(schema.error(), options.json);
  return run_schema_lines([&](const std::string& line) { return judge(*schema, line); });
}

int admits(const SchemaOptions& options) {
  auto load = load_options(options);
  if (!load) return report(load.error(), false);
  load->assert_formats = true;
  return schema_admits(
      options.tokenizer,
      {*load, grammar::schema_style(options.order == "free", options.white_space == "any"),
       options.masks, options.lenient});
}

void declare_common(CLI::App& app, SchemaOptions& options) {
  app.add_option("--draft", options.draft, "4, 6, 7, 2019-09 or 2020-12, whatever $schema says")
      ->type_name("D");
  app.add_option("--refs", options.refs, "documents that $ref may name lie there; repeatable")
      ->type_name("URI=DIR")
      ->allow_extra_args(false);
}

void declare_validate(CLI::App& app, SchemaOptions& options) {
  app.add_option("--schema", options.schema, "a file with a JSON Schema")
      ->type_name("FILE")
      ->required();
  declare_common(app, options);
  app.add_option("--formats", options.formats,
                 "annotate: formats ask nothing; assert: they are looked at")
      ->type_name("HOW")
      ->check(CLI::IsMember({"annotate", "assert"}).description(""));
  app.add_flag("--json", options.json, "print an error of the schema as JSON");
  app.footer(
      "Each line of stdin is a JSON value; the answer is {\"valid\":..., "
      "\"errors\":[{\"instance\", "
      "\"schema\",\n\"keyword\", \"message\"}]} or {\"error\":...}, and the exit code is 2 when "
      "any "
      "line had no verdict.");
}

void declare_admits(CLI::App& app, SchemaOptions& options) {
  app.add_flag("--jsonl", options.jsonl, "lines of stdin")->required();
  app.add_option("--tokenizer", options.tokenizer,
                 "a tokenizer.json, its folder, a GGUF file or a model's name")
      ->type_name("T")
      ->required();
  declare_common(app, options);
  app.add_option("--order", options.order,
                 "of an object's members: free, or schema: as it has them")
      ->type_name("HOW")
      ->capture_default_str()
      ->check(CLI::IsMember({"free", "schema"}).description(""));
  app.add_option("--whitespace", options.white_space,
                 "compact: none; any: up to 256 characters between two tokens of JSON")
      ->type_name("HOW")
      ->capture_default_str()
      ->check(CLI::IsMember({"compact", "any"}).description(""));
  app.add_flag("--masks", options.masks, "each mask's time: the first, and the least of 3 replays");
  app.add_flag("--lenient", options.lenient,
               "leave out keywords that can't be held to, and list them as \"given_up\"");
  app.footer(
      "Each line is {\"schema\":..., \"instances\":[\"text\",...]}; the answer is "
      "{\"compiled\", \"error\":\n{\"pointer\", \"keyword\", \"message\"} or null, "
      "\"admits\":[...], \"compile_us\",\n\"mask_us\":{\"p50\", \"p99\", \"max\"}}: each "
      "text's tokens are looked for in the masks that the decoder\nuses, one by one, then the "
      "end.");
}

}  // namespace

int schema_verb(int argc, char** argv) {
  CLI::App app("JSON Schemas: what they say of values.", "ashlar schema");
  app.require_subcommand(1);
  SchemaOptions options;
  declare_validate(*app.add_subcommand("validate", "whether values are what a schema asks for"),
                   options);
  auto* admitting =
      app.add_subcommand("admits", "whether a decoder held to a schema may write texts");
  declare_admits(*admitting, options);
  if (const auto done = parse_arguments(app, argc, argv)) return *done;
  return admitting->parsed() ? admits(options) : validate(options);
}

}  // namespace ashlar::cli
