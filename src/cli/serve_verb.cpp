// serve: models behind HTTP.
#include <fmt/format.h>
#include <signal.h>

#include <chrono>

#include "cli/arguments.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "server/runs.h"
#include "server/server.h"

namespace ashlar::cli {
namespace {

using namespace std::chrono_literals;

// Until SIGINT or SIGTERM. REQUIRES: both are blocked on every thread.
void wait_for_the_end() {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int number : {SIGINT, SIGTERM}) sigaddset(&ends, number);
  int number = 0;
  sigwait(&ends, &number);
}

void block_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int number : {SIGINT, SIGTERM}) sigaddset(&ends, number);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
}

}  // namespace

int serve_verb(int argc, char** argv) {
  CLI::App app("Serves models to clients of OpenAI, Anthropic and Ollama.", "ashlar serve");
  ModelOptions options;
  net::ServerOptions http;
  app.add_option("model", options.model, "a catalogue name or the path of a GGUF file")
      ->capture_default_str();
  std::string name;
  app.add_option("--served-model-name", name, "what requests call the model")->type_name("NAME");
  app.add_option("--host", http.host, "the address to listen at")->capture_default_str();
  app.add_option("--port", http.port, "0: any that is free")->capture_default_str();
  std::string data = (hub::home() / "server").string();
  app.add_option("--data-dir", data, "a folder that keeps responses, files and batches")
      ->type_name("FOLDER")
      ->capture_default_str();
  add_engine_options(app, options);
  add_adapter_option(app, options);
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  if (options.model.empty()) options.model = "smollm2";
  block_signals();
  auto runs = server::Runs::open(data);  // before the model is loaded: it may be another's
  if (!runs) return report(runs.error(), false);
  auto model = open_model(options);
  if (!model) return report(model.error(), false);
  auto services = std::make_unique<server::Services>();
  services->runs = std::move(*runs);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  services->models.add(name.empty() ? options.model : name, std::move(*model),
                       std::chrono::duration_cast<std::chrono::seconds>(now).count());
  http.workers = 4;
  auto server = server::Server::start(http, std::move(services));
  if (!server) return report(server.error(), false);
  say(fmt::format("ashlar: serving {} at http://{}:{}", options.model, http.host,
                  (*server)->port()));
  wait_for_the_end();
  (*server)->drain(10s);
  return kExitFine;
}

}  // namespace ashlar::cli
