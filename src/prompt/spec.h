// A prompt as an object: what it says, what goes into it, what must come out. Plain data, read from
// JSON (docs/formats/prompt-spec.md); knows no model and no file but those that it names.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "grammar/schema.h"

namespace ashlar::prompt {

struct Variable {
  base::Json schema;  // what its values are: {"type": "string"} for the type string
  std::shared_ptr<const grammar::Schema> compiled = {};  // that, as values are held against it
  bool trusted = false;  // by whoever runs the prompt: may stand in the system message
  std::optional<base::Json> fallback = {};  // its value where none is given
  std::string description = {};
};

// A turn that is shown before the question: what a user might say, and the right answer.
struct Example {
  std::optional<std::string> user = {};  // as it is; else `variables` make it of the template
  base::Json variables = base::Json::object();
  base::Json answer = {};  // with a schema any value, else a string
};

struct PromptSpec {
  std::string name, version;  // never empty
  std::string description = {};
  std::optional<std::string> system = {};  // a template (docs/formats/jinja.md)
  std::string user = {};                   // the same
  std::map<std::string, Variable> variables = {};
  std::vector<Example> examples = {};
  std::optional<base::Json> schema = {};       // of the answer
  base::Json sampling = base::Json::object();  // fields as `generate` takes them
};

// The JSON Schema in the file that a spec names.
using SchemaFile = std::function<Result<base::Json>(const std::string& name)>;

// Errors carry a JSON pointer in `where`: an unknown member, one of another type, one that is
// missing, a template that doesn't compile, a schema that is none. What only tells when all is put
// together is lint()'s to find. Schemas in files are asked of `schema_file`; none: refused.
Result<PromptSpec> parse_spec(const base::Json& json, const SchemaFile& schema_file = {});

// From a .toml, .yaml, .yml or .json file; the files that it names lie relative to its folder.
// Errors of the shape begin with the file: "spec.toml: /variables/x/type".
Result<PromptSpec> read_spec(const std::filesystem::path& path);

// Whether a spec's `sampling` may set the field of a request: how is sampled and how JSON is
// written, not what the prompt is, nor the answer's structure, which is the schema's to say.
bool is_sampling_field(std::string_view name);

// An answer as an example shows it: a string as it is where there is no schema, else JSON as the
// decoder writes it, in one line without spaces.
std::string answer_text(const PromptSpec& spec, const base::Json& answer);

}  // namespace ashlar::prompt
