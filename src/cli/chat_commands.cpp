#include "cli/chat_commands.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/json.h"
#include "llm/request_fields.h"

namespace ashlar::cli {
namespace {

using base::Json;

constexpr std::size_t kLargestChat = 64u << 20;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Result<std::filesystem::path> path_of(std::string_view argument, std::string_view command) {
  if (argument.empty())
    return fail(ErrorKind::bad_input, "no file name", std::string(command),
                fmt::format("{} FILE", command));
  const char* user = std::getenv("HOME");
  if (user && argument.starts_with("~/")) return std::filesystem::path(user) / argument.substr(2);
  return std::filesystem::path(argument);
}

Result<std::string> system_command(std::string_view argument, ChatContext& chat) {
  if (argument == "none") {
    chat.session.set_system(std::nullopt);
    return "no system message: the template's own, if it has one";
  }
  if (!argument.empty()) {
    chat.session.set_system(std::string(argument));
    return "system message set";
  }
  const auto& system = chat.session.system();
  return system ? "system message: " + *system : "no system message; /system TEXT sets one";
}

Result<std::string> clear_command(std::string_view, ChatContext& chat) {
  chat.session.clear();
  return "conversation cleared";
}

// A name typed wrong must not cost a file: only a saved chat is written over.
Status check_may_write(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return {};
  const auto text = base::read_file(path, kLargestChat);
  if (text) {
    const auto value = base::parse_json(*text, path.string());
    if (value && is_saved_chat(*value)) return {};
  }
  return fail(ErrorKind::bad_input, "the file is there and is not a saved chat", path.string(),
              "choose another name");
}

Result<std::string> save_command(std::string_view argument, ChatContext& chat) {
  ASHLAR_ASSIGN(const auto path, path_of(argument, "/save"));
  ASHLAR_TRY(check_may_write(path));
  ASHLAR_TRY(base::write_file(path, base::write_json(chat.session.saved(chat.model)) + "\n"));
  return fmt::format("saved {} messages to {}", chat.session.messages().size(), path.string());
}

Result<std::string> load_command(std::string_view argument, ChatContext& chat) {
  ASHLAR_ASSIGN(const auto path, path_of(argument, "/load"));
  ASHLAR_ASSIGN(const std::string text, base::read_file(path, kLargestChat));
  ASHLAR_ASSIGN(const Json saved, base::parse_json(text, path.string()));
  if (auto status = chat.session.restore(saved); !status) {
    status.error().where.insert(0, path.string() + ": ");
    return tl::unexpected(status.error());
  }
  const std::string model = saved.value("model", Json("")).dump();
  const bool same = model == Json(chat.model).dump();
  return fmt::format("loaded {} messages{}", chat.session.messages().size(),
                     same ? "" : fmt::format(", which were said with the model {}", model));
}

Result<std::string> seed_command(std::string_view argument, ChatContext& chat) {
  if (argument == "new") {
    chat.session.set_seed(std::nullopt);
  } else if (!argument.empty()) {
    const llm::RequestField& field = *llm::find_field("seed");
    ASHLAR_ASSIGN(const Json seed, llm::json_of_flag(field, std::array{std::string(argument)}));
    chat.session.set_seed(seed.get<std::uint64_t>());
  }
  const auto seed = chat.session.seed();
  return seed ? fmt::format("every answer is drawn with seed {}; /seed new ends that", *seed)
              : "each answer draws a new seed; /seed N sets one";
}

Result<std::string> stats_command(std::string_view, ChatContext& chat) {
  const ChatTotals& totals = chat.session.totals();
  return fmt::format("{} answers · {} tokens in, {} out · {} messages · {} of {} context positions",
                     totals.answers, totals.prompt_tokens, totals.completion_tokens,
                     chat.session.messages().size(), totals.context_used, chat.context_size);
}

Result<std::string> help_command(std::string_view, ChatContext&) {
  return chat_help();
}

Result<std::string> exit_command(std::string_view, ChatContext& chat) {
  chat.done = true;
  return std::string();
}

struct Command {
  std::string_view name, argument, help;
  Result<std::string> (*run)(std::string_view argument, ChatContext& chat);
};

constexpr std::array kCommands = {
    Command{"/system", "[TEXT]", "show or set the system message; \"none\" drops it",
            system_command},
    Command{"/clear", "", "forget the conversation, keep the system message", clear_command},
    Command{"/save", "FILE", "write the conversation as JSON", save_command},
    Command{"/load", "FILE", "go on from a saved conversation", load_command},
    Command{"/seed", "[N]", "show or set the seed of every answer; \"new\" draws again",
            seed_command},
    Command{"/stats", "", "tokens and context so far", stats_command},
    Command{"/help", "", "this list", help_command},
    Command{"/exit", "", "leave; so does Ctrl-D", exit_command},
    Command{"/bye", "", "the same", exit_command},
    Command{"/quit", "", "the same", exit_command},
};

}  // namespace

bool is_command(std::string_view line) {
  return line.starts_with('/') && !line.starts_with("//");
}

Result<std::string> run_command(std::string_view line, ChatContext& chat) {
  line = trimmed(line);
  const std::string_view name = line.substr(0, line.find_first_of(" \t"));
  for (const Command& command : kCommands) {
    if (command.name != name) continue;
    const std::string_view argument = trimmed(line.substr(name.size()));
    if (command.argument.empty() && !argument.empty())
      return fail(ErrorKind::bad_input, fmt::format("{} takes no argument", name),
                  std::string(argument), "leave it out");
    return command.run(argument, chat);
  }
  return fail(ErrorKind::bad_input, fmt::format("no command '{}'", name), "",
              "/help lists them; a message that starts with a slash starts with two");
}

std::string chat_help() {
  std::string text;
  for (const Command& command : kCommands)
    text += fmt::format("{:<8}{:<7} {}\n", command.name, command.argument, command.help);
  return text +
         "Ctrl-C ends an answer and keeps the chat. Arrow keys and Ctrl-R find earlier lines.\n"
         "\"\"\" begins a message of several lines, and ends it.";
}

}  // namespace ashlar::cli
