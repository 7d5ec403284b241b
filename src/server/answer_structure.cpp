#include "server/answer_structure.h"

#include <array>

#include "llm/request_json.h"
#include "server/response_format.h"
#include "server/structured_outputs.h"
#include "server/tool_fields.h"

namespace ashlar::server {

std::span<const Field> structure_fields() {
  static const std::array fields = {
      kResponseFormat,      kStructuredOutputs, shared("order"),
      shared("whitespace"), shared("lenient"),  shared("finish"),
  };
  return fields;
}

Status settle_answer(const base::Json& body, Asked& asked) {
  ASHLAR_TRY(settle_structure(body, asked));
  ASHLAR_TRY(settle_response_format(body, asked));
  ASHLAR_TRY(settle_tools(asked));
  if (!grammar::is_free(asked.structure)) return {};
  return llm::structure_of(asked.draft).map([](const auto&) {});
}

}  // namespace ashlar::server
