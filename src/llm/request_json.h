// A request as a JSON object, from a JSONL line or gathered from flags, becomes a GenerateRequest.
// Nothing is ignored: a field that isn't known is refused by name. Knows no model.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "llm/llm.h"
#include "llm/request_fields.h"

namespace ashlar::llm {

// Errors carry the field's JSON pointer in `where`. Without "seed" one is drawn, below 2^53 so that
// every reader of JSON keeps it whole. Token ids are checked against the vocabulary later.
Result<GenerateRequest> parse_request(const base::Json& object);

// The tools that the answers may call. A choice that is no word is a tool's name. Errors: chat's; a
// structure beside them.
Result<chat::ToolUse> tools_of(const RequestDraft& draft);

// What the answers must be; free where the draft names nothing. Errors: two structures, or stops
// that would break one off.
Result<grammar::Structure> structure_of(const RequestDraft& draft);

// An error whose `where` names a field as the engine does, "stop[1]", gets its pointer, "/stop/1".
Error with_pointer(Error error);

// `line` with what it leaves out taken from `defaults` (an object made from flags). A line with
// messages takes neither "chat" nor "parse_special", nor "system" when it has a system message.
base::Json with_defaults(base::Json line, const base::Json& defaults);

// {"prompt", "completion"} and perhaps "adapter", all strings, as `score` takes them.
Result<ScoreRequest> parse_score_request(const base::Json& object);

}  // namespace ashlar::llm
