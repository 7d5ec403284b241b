// The interactive chat: reads lines, carries out commands, streams answers, keeps the conversation.
#pragma once

#include <string>

#include "cli/chat_session.h"
#include "llm/llm.h"

namespace ashlar::cli {

// REQUIRES: stdin and stdout are a terminal. Until /exit or Ctrl-D; gives the exit code.
int chat_loop(llm::Llm& model, ChatSession session);

}  // namespace ashlar::cli
