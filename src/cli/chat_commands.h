// The commands of the interactive chat: /system /clear /save /load /seed /stats /help /exit.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/chat_session.h"

namespace ashlar::cli {

struct ChatContext {
  ChatSession& session;
  std::string model;           // name, as /save writes it
  std::uint32_t context_size;  // positions that a conversation may have
  bool done = false;           // set by /exit
};

// Whether a line is a command: it starts with one slash. "//…" is a message that starts with "/".
bool is_command(std::string_view line);

// Carries the command out; gives what to tell the user, maybe empty.
Result<std::string> run_command(std::string_view line, ChatContext& chat);

std::string chat_help();

}  // namespace ashlar::cli
