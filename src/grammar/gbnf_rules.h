// What is asked of a grammar's rules beyond their spelling.
#pragma once

#include "base/result.h"
#include "grammar/gbnf_syntax.h"

namespace ashlar::grammar {

// Refuses rules that no text matches and rules that can begin with themselves, and puts each behind
// those that it can begin with. Errors: bad_input with the rule's name.
Status check_rules(Gbnf& grammar);

}  // namespace ashlar::grammar
