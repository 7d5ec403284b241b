// serve: models behind HTTP.
#include <fmt/format.h>
#include <signal.h>

#include <chrono>

#include "cli/arguments.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "formats/gguf.h"
#include "hub/hub.h"
#include "llm/memory.h"
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

Result<server::Opening> opening_of(ModelOptions options, const std::string& source) {
  options.model = source;
  options.adapters.clear();
  ASHLAR_ASSIGN(const auto path, hub::locate(source, say));
  ASHLAR_ASSIGN(const auto file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(const auto memory,
                llm::predict_memory(file, options.precision, options.engine.context,
                                    options.engine.kv_dtype));
  return server::Opening{memory.total(), [options] { return open_model(options); }};
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
  std::vector<std::string> upstreams;
  app.add_option("--upstream", upstreams, "a model that an OpenAI-compatible server answers for")
      ->type_name("NAME=URL")
      ->allow_extra_args(false);
  app.add_option("--host", http.host, "the address to listen at")->capture_default_str();
  app.add_option("--port", http.port, "0: any that is free")->capture_default_str();
  add_compute_options(app, options);
  add_engine_options(app, options);
  add_adapter_option(app, options);
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  if (options.model.empty()) options.model = "smollm2";
  block_signals();
  const std::string id = name.empty() ? options.model : name;
  auto services = std::make_unique<server::Services>(
      [options](const std::string& source) { return opening_of(options, source); });
  if (auto status = services->models.add(id, options.model); !status)
    return report(status.error(), false);
  for (const std::string& each : upstreams) {
    const auto equals = each.find('=');
    const std::string upstream = each.substr(0, equals);
    auto status = services->upstreams.add(
        {.id = upstream, .url = equals == std::string::npos ? "" : each.substr(equals + 1)});
    if (status) status = services->models.add_foreign(upstream);
    if (!status) return report(status.error(), false);
  }
  for (const std::string& each : options.adapters) {
    const auto equals = each.find('=');
    const auto loaded = services->models.load_adapter(
        each.substr(0, equals), id, equals == std::string::npos ? "" : each.substr(equals + 1));
    if (!loaded) return report(loaded.error(), false);
  }
  if (auto model = services->models.find(id); !model) return report(model.error(), false);
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
