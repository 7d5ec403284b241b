// The language of an answer that may call tools: free text, in which a family's begin of a call
// leads to a tool's name and arguments that its schema holds of.
#pragma once

#include <memory>

#include "base/result.h"
#include "chat/tool_syntax.h"
#include "chat/tools.h"
#include "grammar/triggered_language.h"

namespace ashlar::llm {

// Calls are counted as `tools` has them; where one is named, there is that one. `alphabet` are the
// bytes that can be written one by one. Errors: those of a tool's schema, with its JSON pointer,
// and TriggeredLanguage::check_alphabet()'s. REQUIRES: tools.offers().
Result<std::unique_ptr<grammar::TriggeredLanguage>> call_language(const chat::ToolUse& tools,
                                                                  const chat::ToolSyntax& syntax,
                                                                  const grammar::ByteSet& alphabet);

// The names of those that may be called, in the same order.
std::vector<std::string> callable_names(const chat::ToolUse& tools);

}  // namespace ashlar::llm
