// Refuses schemas that would apply a subschema to the same value again and again.
#pragma once

#include "base/result.h"
#include "grammar/schema.h"

namespace ashlar::grammar {

// bad_input where a chain of `$ref` and of what is applied in place comes back to where it began.
// What dynamic references do is known only with an instance: the validator bounds those.
Status refuse_loops(const Schema& schema);

}  // namespace ashlar::grammar
