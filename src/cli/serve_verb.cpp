// serve: models behind HTTP.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/config_flags.h"
#include "cli/service_manager.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "net/address.h"
#include "server/config_check.h"
#include "server/config_fields.h"
#include "server/start.h"

namespace ashlar::cli {
namespace {

using namespace std::chrono_literals;
using server::Level;
using server::Settings;

struct Asked {
  bool check = false, print = false, json = false;
};

// Those that a server waits for. They are blocked on every thread, as the first one blocks them.
sigset_t awaited_signals() {
  sigset_t all;
  sigemptyset(&all);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&all, number);
  return all;
}

// The signal, or 0 when none came.
int wait_for_signal(std::chrono::milliseconds most) {
  const sigset_t all = awaited_signals();
  const timespec time{most.count() / 1000, most.count() % 1000 * 1'000'000};
  return std::max(sigtimedwait(&all, nullptr, &time), 0);
}

int report_all(const std::vector<Error>& errors, bool json) {
  for (const Error& error : errors) report(error, json);
  return errors.empty() ? kExitFine : kExitBadInput;
}

int print_settings(const Settings& settings, bool json) {
  if (json)
    put(base::write_json(server::settings_json(settings)) + "\n");
  else
    put(server::settings_text(settings));
  return kExitFine;
}

// Where the server will listen: at a socket that it was given, or at host and port.
struct Place {
  std::string host = {};
  std::optional<int> socket = {};
};

Result<Place> place_of(const Settings& settings) {
  ASHLAR_ASSIGN(const std::optional<int> socket, activated_socket());
  if (socket) {
    ASHLAR_ASSIGN(const net::Bound bound, net::bound_address(*socket));
    return Place{bound.host, socket};
  }
  auto host = net::parse_host(settings.config.host);
  if (host) return Place{*host, std::nullopt};
  host.error().where = settings.where("host");
  return tl::unexpected(std::move(host.error()));
}

// What is under way is finished, up to drain_time or another signal.
void drain(server::Server& server, const server::Config& config) {
  notify_service_manager("STOPPING=1");
  server::Log& log = server.services().log;
  log.say(Level::info, "stopping", {{"connections", server.connections()}});
  server.stop_accepting();
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::duration<double>(config.drain_time);
  while (server.connections() > 0 && std::chrono::steady_clock::now() < end) {
    const int number = wait_for_signal(10ms);
    if (number == SIGINT || number == SIGTERM) break;
  }
  if (server.connections() > 0)
    log.say(Level::warning, "cut what was under way", {{"connections", server.connections()}});
}

void run(server::Server& server, Settings& settings, const server::Sources& sources,
         const std::string& host) {
  server::Log& log = server.services().log;
  for (;;) {
    const int number = wait_for_signal(1h);
    if (number == SIGINT || number == SIGTERM) return drain(server, settings.config);
    if (number != SIGHUP) continue;
    if (const auto status = server::reload(sources, host, settings, server); !status)
      log.say(Level::error, "not reloaded: all stays as it was",
              {{"error", status.error().line()}});
    else
      log.say(Level::info, "reloaded");
  }
}

int serve(const server::Sources& sources, Settings settings, const Place& place) {
  auto options = server::http_options(settings.config);
  if (!options) return report(options.error(), false);
  options->host = place.host;
  options->listener = place.socket;
  auto services = server::open_services(settings.config, {say, note});
  if (!services) return report(services.error(), false);
  (*services)->version = ASHLAR_VERSION;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < settings.config.models.size(); ++i)
    names.push_back(server::names_of(settings.config, i).front());
  const char* scheme = options->tls ? "https" : "http";
  auto server = server::Server::start(std::move(*options), std::move(*services));
  if (!server) return report(server.error(), false);
  say(fmt::format("ashlar: serving {} at {}://{}", fmt::join(names, ", "), scheme,
                  net::host_and_port(place.host, (*server)->port())));
  notify_service_manager("READY=1");
  run(**server, settings, sources, place.host);
  return kExitFine;
}

}  // namespace

int serve_verb(int argc, char** argv) {
  CLI::App app("Serves models to clients of OpenAI, Anthropic and Ollama.", "ashlar serve");
  const ConfigFlags flags(app);
  Asked asked;
  app.add_flag("--check", asked.check, "say what is wrong with the configuration, and end");
  app.add_flag("--print-config", asked.print, "print each field and where it was set, and end");
  app.add_flag("--json", asked.json, "print as JSON");
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  const sigset_t awaited = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  raise_descriptor_limit();

  const server::Sources sources = flags.sources();
  auto settings = server::read_settings(sources);
  if (!settings) return report(settings.error(), asked.json);
  if (asked.print) return print_settings(*settings, asked.json);
  const auto place = place_of(*settings);
  if (!place) return report(place.error(), asked.json);
  const auto wrong = server::check_settings(*settings, place->host);
  if (asked.check || !wrong.empty()) return report_all(wrong, asked.json);
  return serve(sources, std::move(*settings), *place);
}

}  // namespace ashlar::cli
