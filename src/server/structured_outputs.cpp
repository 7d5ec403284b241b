#include "server/structured_outputs.h"

#include <fmt/format.h>

#include "base/json_pointer.h"
#include "grammar/gbnf_syntax.h"
#include "grammar/regex_syntax.h"
#include "llm/request_json.h"

namespace ashlar::server {
namespace {

using base::Json;
using llm::FieldShape;

constexpr std::string_view kPointer = "/structured_outputs";

Status check(const char* name, FieldShape shape, const Json& value) {
  auto status = llm::check_shape(name, shape, value);
  if (!status) status.error().where.insert(0, kPointer);
  return status;
}

Status read_member(const std::string& name, const Json& value, llm::RequestDraft& draft) {
  if (name == "regex") {
    ASHLAR_TRY(check("regex", FieldShape::text, value));
    draft.regex = value.get<std::string>();
    return {};
  }
  if (name == "choice") {
    ASHLAR_TRY(check("choice", FieldShape::list, value));
    draft.choices = value.get<std::vector<std::string>>();
    return {};
  }
  if (name == "grammar") {
    ASHLAR_TRY(check("grammar", FieldShape::text, value));
    draft.grammar = value.get<std::string>();
    return {};
  }
  return fail(ErrorKind::unsupported, fmt::format("no structure by '{}'", name),
              std::string(kPointer) + base::pointer_step(name), "give regex, choice or grammar");
}

// Before the model is asked, so that the error names this field.
Status check_texts(const llm::RequestDraft& draft) {
  if (draft.choices && draft.choices->empty())
    return fail(ErrorKind::bad_input, "there are no choices", "/structured_outputs/choice",
                "give at least one");
  const auto named = [](const auto& parsed) -> Status {
    if (parsed) return {};
    Error error = parsed.error();
    error.where.insert(0, "/structured_outputs/");
    return tl::unexpected(std::move(error));
  };
  if (draft.regex) ASHLAR_TRY(named(grammar::parse_regex(*draft.regex)));
  if (draft.grammar) ASHLAR_TRY(named(grammar::parse_gbnf(*draft.grammar)));
  return {};
}

}  // namespace

constinit const Field kStructuredOutputs = kept("structured_outputs", FieldShape::object,
                                                "what the answer must be: {\"regex\": …}, "
                                                "{\"choice\": […]} or {\"grammar\": …} in "
                                                "llama.cpp's GBNF, as vLLM has it");

Status settle_structure(const Json& body, Asked& asked) {
  const auto given = body.find("structured_outputs");
  if (given == body.end() || given->is_null()) return {};
  for (const auto& [name, value] : given->items())
    if (!value.is_null()) ASHLAR_TRY(read_member(name, value, asked.draft));
  ASHLAR_TRY(check_texts(asked.draft));
  ASHLAR_ASSIGN(asked.structure, llm::structure_of(asked.draft));
  return {};
}

}  // namespace ashlar::server
