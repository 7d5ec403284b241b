// Which names a template reads from outside, and which a block hides from its start because it sets
// them further down. Jinja decides the latter when it compiles: in `{% for … %}{{ x }}{% endfor
// %}{% set x = 1 %}` x is the one that is set below, so the loop sees nothing, whatever the caller
// passed as x. Source: jinja2 3.1.6's idtracking.
#pragma once

#include "chat/ast.h"

namespace ashlar::chat {

// Fills program.hidden and program.reads.
void find_hidden_names(Program& program);

}  // namespace ashlar::chat
