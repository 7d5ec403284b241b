#include "cli/chat_loop.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "base/utf8.h"
#include "cli/answer_stream.h"
#include "cli/chat_commands.h"
#include "cli/line_editor.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "hub/hub.h"

namespace ashlar::cli {
namespace {

constexpr std::string_view kFence = "\"\"\"";
using Outcome = LineEditor::Outcome;

// A history that can't be kept is said once, and the chat goes on.
void remember(LineEditor& editor, const std::string& line) {
  static bool said = false;
  const auto status = editor.remember(line);
  if (!status && !said) report(status.error(), false);
  said |= !status;
}

// The rest of a message that began with """, up to the line that ends with it.
Outcome read_fenced(LineEditor& editor, std::string& message) {
  message.erase(0, kFence.size());
  while (!message.ends_with(kFence)) {
    std::string line;
    const Outcome outcome = editor.read("... ", line);
    if (outcome != Outcome::line) return outcome;
    message += '\n' + line;
  }
  message.erase(message.size() - kFence.size());
  return Outcome::line;
}

Outcome read_message(LineEditor& editor, std::string& message) {
  const Outcome outcome = editor.read(">>> ", message);
  if (outcome != Outcome::line) return outcome;
  if (message.starts_with(kFence)) return read_fenced(editor, message);
  return outcome;
}

std::string turn_line(const llm::Answer& answer) {
  std::string line = speed_line(answer.output);
  if (answer.output.finish_reason == engine::FinishReason::length)
    line += " · cut at its length (--max-tokens, or a full context)";
  if (answer.output.finish_reason == engine::FinishReason::cancelled) line += " · stopped";
  return line;
}

Error refused(Error error) {
  if (error.kind == ErrorKind::too_large) error.mend = "shorten the message, or /clear the chat";
  return error;
}

void answer_message(llm::Llm& model, ChatSession& session, const std::string& message) {
  auto request = session.ask(message);
  if (!request) {
    report(request.error(), false);
    return;
  }
  Interrupt interrupt(Interrupt::Second::is_ignored);
  const auto answer = stream_answer(model, std::move(*request), interrupt);
  if (!answer) {
    report(refused(answer.error()), false);
    return;
  }
  put("\n");
  session.keep(message, *answer);
  note(turn_line(*answer));
}

void carry_out(const std::string& line, ChatContext& chat) {
  const auto said = run_command(line, chat);
  if (!said)
    report(said.error(), false);
  else if (!said->empty())
    put(harmless(*said) + "\n");
}

void take_message(llm::Llm& model, ChatContext& chat, std::string message) {
  if (is_command(message)) {
    carry_out(message, chat);
    return;
  }
  if (message.starts_with("//")) message.erase(0, 1);
  if (message.find_first_not_of(" \t\n") == std::string::npos) return;
  answer_message(model, chat.session, base::repair_utf8(message).text);
}

}  // namespace

int chat_loop(llm::Llm& model, ChatSession session) {
  std::signal(SIGINT, SIG_IGN);  // between prompt and answer, where no Interrupt listens
  LineEditor editor(hub::home() / "history");
  ChatContext chat{session, model.name(), model.context()};
  note(fmt::format("{} · /help lists the commands, Ctrl-D leaves", chat.model));
  while (!chat.done) {
    std::string message;
    const Outcome outcome = read_message(editor, message);
    if (outcome == Outcome::end) {
      put("\n");
      break;
    }
    if (outcome == Outcome::interrupted) {
      note("Ctrl-D or /exit leaves");
      continue;
    }
    if (message.empty()) continue;
    remember(editor, message);
    take_message(model, chat, std::move(message));
    if (std::ferror(stdout)) return kExitFailed;
  }
  return kExitFine;
}

}  // namespace ashlar::cli
