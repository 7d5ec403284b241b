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

struct ServeOptions {
  ModelOptions model;
  net::ServerOptions http = {};
  std::string name = {};                    // what requests call the model
  std::vector<std::string> upstreams = {};  // NAME=URL
  std::string data = (hub::home() / "server").string();
};

void add_serve_options(CLI::App& app, ServeOptions& options) {
  app.add_option("model", options.model.model, "a catalogue name or the path of a GGUF file")
      ->capture_default_str();
  app.add_option("--served-model-name", options.name, "what requests call the model")
      ->type_name("NAME");
  app.add_option("--upstream", options.upstreams,
                 "a model that an OpenAI-compatible server answers for")
      ->type_name("NAME=URL")
      ->allow_extra_args(false);
  app.add_option("--host", options.http.host, "the address to listen at")->capture_default_str();
  app.add_option("--port", options.http.port, "0: any that is free")->capture_default_str();
  app.add_option("--data-dir", options.data, "a folder that keeps responses, files and batches")
      ->type_name("FOLDER")
      ->capture_default_str();
  add_engine_options(app, options.model);
  add_adapter_option(app, options.model);
}

// Splits NAME=VALUE; the value is empty where there is none.
std::pair<std::string, std::string> name_and_value(const std::string& text) {
  const auto equals = text.find('=');
  return {text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
}

// What is served; the model is open, as the first request shouldn't wait for it.
Result<std::unique_ptr<server::Services>> services_of(const ServeOptions& options) {
  ASHLAR_ASSIGN(auto runs, server::Runs::open(options.data));
  const std::string id = options.name.empty() ? options.model.model : options.name;
  auto services = std::make_unique<server::Services>(
      [model = options.model](const std::string& source) { return opening_of(model, source); });
  services->runs = std::move(runs);
  ASHLAR_TRY(services->models.add(id, options.model.model));
  for (const std::string& each : options.upstreams) {
    const auto [upstream, url] = name_and_value(each);
    ASHLAR_TRY(services->upstreams.add({.id = upstream, .url = url}));
    ASHLAR_TRY(services->models.add_foreign(upstream));
  }
  for (const std::string& each : options.model.adapters) {
    const auto [name, path] = name_and_value(each);
    ASHLAR_TRY(services->models.load_adapter(name, id, path));
  }
  ASHLAR_TRY(services->models.find(id));
  return services;
}

}  // namespace

int serve_verb(int argc, char** argv) {
  CLI::App app("Serves models to clients of OpenAI, Anthropic and Ollama.", "ashlar serve");
  ServeOptions options;
  add_serve_options(app, options);
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  if (options.model.model.empty()) options.model.model = "smollm2";
  block_signals();
  auto services = services_of(options);
  if (!services) return report(services.error(), false);
  options.http.workers = 4;
  auto server = server::Server::start(options.http, std::move(*services));
  if (!server) return report(server.error(), false);
  say(fmt::format("ashlar: serving {} at http://{}:{}", options.model.model, options.http.host,
                  (*server)->port()));
  wait_for_the_end();
  (*server)->drain(10s);
  return kExitFine;
}

}  // namespace ashlar::cli
