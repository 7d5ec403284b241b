// What a spec is, whatever file it came from: one JSON form for all formats and spellings, and its
// hash.
#pragma once

#include <string>

#include "base/json.h"
#include "prompt/spec.h"

namespace ashlar::prompt {

// The spec as parse_spec() takes it, with names of types as schemas, files as what was in them and
// numbers of sampling in their shortest form. Members stand in one order wherever order says
// nothing; it does among a schema's `properties`, which is how answers are written, and in values.
base::Json json_of(const PromptSpec& spec);

// 32 hexadecimal digits of all that can change an answer or what is refused: of json_of() without
// name, version and descriptions. Two versions with one hash say the same.
std::string content_hash(const PromptSpec& spec);

}  // namespace ashlar::prompt
