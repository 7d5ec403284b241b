// The table of verbs, the dispatch, and how an error reaches the user.
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

#include "base/json.h"
#include "cli/terminal.h"
#include "cli/verb.h"

namespace ashlar::cli {

// A line a verb: its declaration here, its entry below.
int run_verb(int argc, char** argv);
int serve_verb(int argc, char** argv);
int keys_verb(int argc, char** argv);
int generate_verb(int argc, char** argv);
int score_verb(int argc, char** argv);
int perplexity_verb(int argc, char** argv);
int quantize_verb(int argc, char** argv);
int tokenize_verb(int argc, char** argv);
int detokenize_verb(int argc, char** argv);
int template_verb(int argc, char** argv);
int prompt_verb(int argc, char** argv);
int schema_verb(int argc, char** argv);
int inspect_verb(int argc, char** argv);
int models_verb(int argc, char** argv);
int doctor_verb(int argc, char** argv);
int bench_verb(int argc, char** argv);

std::span<const Verb> verbs() {
  // In the order that `ashlar` lists them.
  static constexpr Verb table[] = {
      {"run", "chat with a model, or get one answer", run_verb},
      {"serve", "answer clients of OpenAI, Anthropic and Ollama over HTTP", serve_verb},
      {"keys", "who may use a server, and how much", keys_verb},
      {"generate", "complete a prompt or a conversation, with every parameter", generate_verb},
      {"score", "log-probabilities of completions", score_verb},
      {"perplexity", "how well a model foretells a text, how far it is from another",
       perplexity_verb},
      {"quantize", "a model file with smaller weights", quantize_verb},
      {"tokenize", "text to token ids", tokenize_verb},
      {"detokenize", "token ids to text", detokenize_verb},
      {"template", "render chat templates, and show what a model is sent", template_verb},
      {"prompt", "prompts as files: render, run, compare, check them", prompt_verb},
      {"schema", "whether JSON values are what a JSON Schema asks for", schema_verb},
      {"inspect", "what a model file holds, and the memory it will take", inspect_verb},
      {"models", "list, show, fetch, remove and name models", models_verb},
      {"doctor", "what this machine has, and what Ashlar makes of it", doctor_verb},
      {"bench", "how fast this machine runs a model", bench_verb},
  };
  return table;
}

int exit_code_for(const Error& error) {
  switch (error.kind) {
    case ErrorKind::bad_input:
    case ErrorKind::corrupt:
    case ErrorKind::unsupported:
    case ErrorKind::not_found:
    case ErrorKind::too_large: return kExitBadInput;
    default: return kExitFailed;
  }
}

int report(const Error& error, bool json) {
  if (json) {
    const base::Json line = {{"error",
                              {{"kind", name_of(error.kind)},
                               {"message", error.message},
                               {"where", error.where},
                               {"mend", error.mend}}}};
    put(base::write_json(line) + "\n");
  } else {
    std::string line = error.line();
    for (char& c : line)
      if (c == '\n') c = ' ';  // one error, one line
    say("ashlar: " + line);
  }
  return exit_code_for(error);
}

bool wants_json(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") return false;
    if (argument == "--json" || argument == "--jsonl") return true;
  }
  return false;
}

namespace {

void list_verbs() {
  fmt::print(
      "usage: ashlar VERB [options]   (ashlar VERB --help says more; without VERB: serve)\n");
  for (const Verb& verb : verbs()) fmt::print("  {:<12} {}\n", verb.name, verb.summary);
}

int unknown_verb(std::string_view name, bool json) {
  return report(Error{ErrorKind::bad_input, fmt::format("no verb '{}'", name), "command line",
                      "ashlar --help lists the verbs"},
                json);
}

int dispatch(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  for (const Verb& verb : verbs())
    if (verb.name == name) return verb.run(argc - 1, argv + 1);
  if (name == "--version") {
    fmt::print("ashlar {}\n", ASHLAR_VERSION);
    return kExitFine;
  }
  if (name == "--help" || name == "-h" || name == "help") {
    list_verbs();
    return kExitFine;
  }
  if (argc > 1) return unknown_verb(name, wants_json(argc, argv));
  return serve_verb(1, argv);  // a server with the page, of the default model
}

// fmt::print throws when it can't write; main() says so.
int failed_print(const std::exception& error) {
  const auto* system = dynamic_cast<const std::system_error*>(&error);
  keep_stdout_errno(system ? system->code().value() : EIO);
  return kExitFailed;
}

// What a library threw past its wrapper: rare, and still an error in words.
int dispatch_guarded(int argc, char** argv) {
  const bool json = wants_json(argc, argv);
  try {
    return dispatch(argc, argv);
  } catch (const std::bad_alloc&) {
    return report(Error{ErrorKind::exhausted, "out of memory", argv[0], "free some memory"}, json);
  } catch (const std::exception& error) {
    if (std::ferror(stdout)) return failed_print(error);
    return report(Error{ErrorKind::internal, error.what(), argv[0], "please report this"}, json);
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that has gone, or a file at its limit, is a failed write and not a death.
  for (const int number : {SIGPIPE, SIGXFSZ}) std::signal(number, SIG_IGN);
  const int code = dispatch_guarded(argc, argv);
  if (flush_stdout() && stdout_errno() == 0) return code;
  if (stdout_errno() != EPIPE)
    say(fmt::format("ashlar: io: cannot write (stdout: {}); free space or change the target",
                    std::strerror(stdout_errno())));
  return kExitFailed;
}

}  // namespace ashlar::cli
