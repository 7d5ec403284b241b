// ashlar schema validate: instances against a JSON Schema.
#include <fmt/format.h>

#include <iostream>

#include "base/file.h"
#include "base/json.h"
#include "cli/arguments.h"
#include "cli/document_folders.h"
#include "cli/jsonl.h"
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
};

Result<grammar::Schema> load(const SchemaOptions& options) {
  grammar::LoadOptions load;
  if (!options.draft.empty()) {
    load.draft = grammar::draft_named(options.draft);
    if (!load.draft)
      return fail(ErrorKind::bad_input, fmt::format("no draft '{}'", options.draft), "--draft",
                  "say 4, 6, 7, 2019-09 or 2020-12");
  }
  load.assert_formats = options.formats == "assert";
  ASHLAR_ASSIGN(load.library, document_folders(options.refs));
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

// As std::getline, but of a line over the reader's limit no more is kept than shows that.
bool next_line(std::string& line) {
  const std::size_t most = grammar::ReadLimits{}.bytes + 1;
  auto* buffer = std::cin.rdbuf();
  constexpr int end = std::char_traits<char>::eof();
  line.clear();
  int c = buffer->sbumpc();
  if (c == end) return false;
  for (; c != end && c != '\n'; c = buffer->sbumpc())
    if (line.size() < most) line += static_cast<char>(c);
  return true;
}

int validate(const SchemaOptions& options) {
  const auto schema = load(options);
  if (!schema) return report(schema.error(), options.json);
  bool failed = false;
  std::string line;
  for (std::size_t number = 1; next_line(line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    failed |= !print_jsonl(judge(*schema, line).map_error([&](Error error) {
      return at_line(number, std::move(error));
    }));
    if (!flush_stdout()) return kExitFailed;
  }
  return failed ? kExitBadInput : kExitFine;
}

void declare_validate(CLI::App& app, SchemaOptions& options) {
  app.add_option("--schema", options.schema, "a file with a JSON Schema")
      ->type_name("FILE")
      ->required();
  app.add_option("--draft", options.draft, "4, 6, 7, 2019-09 or 2020-12, whatever $schema says")
      ->type_name("D");
  app.add_option("--formats", options.formats,
                 "annotate: formats ask nothing; assert: they are looked at")
      ->type_name("HOW")
      ->check(CLI::IsMember({"annotate", "assert"}).description(""));
  app.add_option("--refs", options.refs, "documents that $ref may name lie there; repeatable")
      ->type_name("URI=DIR")
      ->allow_extra_args(false);
  app.add_flag("--json", options.json, "print an error of the schema as JSON");
  app.footer(
      "Each line of stdin is a JSON value; the answer is {\"valid\":..., "
      "\"errors\":[{\"instance\", "
      "\"schema\",\n\"keyword\", \"message\"}]} or {\"error\":...}, and the exit code is 2 when "
      "any "
      "line had no verdict.");
}

}  // namespace

int schema_verb(int argc, char** argv) {
  CLI::App app("JSON Schemas: what they say of values.", "ashlar schema");
  app.require_subcommand(1);
  SchemaOptions options;
  declare_validate(*app.add_subcommand("validate", "whether values are what a schema asks for"),
                   options);
  if (const auto done = parse_arguments(app, argc, argv)) return *done;
  return validate(options);
}

}  // namespace ashlar::cli
