#include "server/start.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/cgroup.h"
#include "formats/gguf.h"
#include "hub/hub.h"
#include "llm/memory.h"
#include "model/kv_dtype.h"
#include "net/address.h"
#include "server/config_check.h"
#include "server/config_fields.h"
#include "server/retention.h"
#include "server/runs.h"

namespace ashlar::server {
namespace {

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

// Of the machine's memory, or of what its control groups leave this process.
std::size_t share_of_memory(double fraction, std::size_t models) {
  const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
  const std::uint64_t machine = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t all = std::min(machine, base::cgroup_limits().memory.value_or(machine));
  return static_cast<std::size_t>(fraction * static_cast<double>(all)) /
         std::max<std::size_t>(models, 1);
}

model::Precision precision_of(const Config& config) {
  return config.precision == "exact" ? model::Precision::exact : model::Precision::fast;
}

Result<engine::EngineOptions> engine_options(const Config& config) {
  engine::EngineOptions options;
  options.context = static_cast<std::uint32_t>(config.max_model_len);
  options.max_sequences = static_cast<std::uint32_t>(config.max_num_seqs);
  options.chunk = static_cast<std::uint32_t>(config.max_num_batched_tokens);
  options.kv_bytes = share_of_memory(config.memory_utilization, config.models.size());
  options.prefix_cache = config.enable_prefix_caching;
  options.jump_forward = config.jump_forward;
  options.guesses = static_cast<std::uint32_t>(config.num_speculative_tokens);
  options.speculation = config.speculation == "off"     ? engine::Speculation::off
                        : config.speculation == "ngram" ? engine::Speculation::ngram
                                                        : engine::Speculation::draft;
  if (config.kv_cache_dtype != "auto") {
    ASHLAR_ASSIGN(options.kv_dtype, model::kv_dtype_named(config.kv_cache_dtype));
  }
  return options;
}

Result<std::unique_ptr<llm::Llm>> open_model(const Config& config, const std::string& model,
                                             const Voice& voice) {
  llm::OpenOptions open;
  ASHLAR_ASSIGN(open.path, hub::locate(model, voice.say));
  ASHLAR_ASSIGN(open.engine, engine_options(config));
  open.precision = precision_of(config);
  open.threads = static_cast<unsigned>(config.threads);
  open.packed_weights = config.packed_weights == "off" ? "" : config.packed_weights;
  open.prefix_cache = config.prefix_cache;
  open.prefix_cache_bytes = config.prefix_cache_mb * 1'000'000;
  open.note = voice.note;
  if (open.engine.speculation == engine::Speculation::draft) {
    ASHLAR_ASSIGN(open.draft, hub::locate(config.speculation, voice.say));
  }
  return llm::Llm::open(std::move(open));
}

// How a source becomes a model, and the memory that it will take.
Result<Opening> opening_of(const Config& config, const std::string& source, const Voice& voice) {
  ASHLAR_ASSIGN(const auto path, hub::locate(source, voice.say));
  ASHLAR_ASSIGN(const auto file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(const engine::EngineOptions options, engine_options(config));
  ASHLAR_ASSIGN(const auto memory,
                llm::predict_memory(file, precision_of(config), options.context, options.kv_dtype));
  return Opening{memory.total(),
                 [config, source, voice] { return open_model(config, source, voice); }};
}

// Adapters open the model that they are for.
Status load_adapters(const Config& config, Models& models) {
  for (const std::string& text : config.lora_modules) {
    ASHLAR_ASSIGN(const AdapterSpec adapter, parse_adapter(text));
    const auto at = std::ranges::find(config.models, adapter.model);
    const std::size_t model =
        at == config.models.end() ? 0 : static_cast<std::size_t>(at - config.models.begin());
    const auto loaded = models.load_adapter(adapter.name, names_of(config, model)[0], adapter.path);
    if (!loaded) return tl::unexpected(loaded.error());
  }
  return {};
}

Status add_upstreams(const Config& config, Services& services) {
  for (const std::string& text : config.upstreams) {
    ASHLAR_ASSIGN(UpstreamSpec upstream, parse_upstream(text));
    ASHLAR_TRY(services.models.add_foreign(upstream.id));
    ASHLAR_TRY(services.upstreams.add(std::move(upstream)));
  }
  return {};
}

// Those that there is room for; the others wait until they are asked for.
Status open_first(const Config& config, Models& models) {
  std::size_t most = config.models.size();
  if (config.max_loaded_models > 0) most = std::min<std::size_t>(most, config.max_loaded_models);
  for (std::size_t i = 0; i < most; ++i) {
    const auto opened = models.find_for_operator(names_of(config, i).front());
    if (i > 0 && !opened && opened.error().kind == ErrorKind::exhausted) break;
    if (!opened) return tl::unexpected(opened.error());
  }
  return {};
}

PoolOptions pool_options(const Config& config) {
  PoolOptions pool{.most_models = config.max_loaded_models,
                   .most_bytes = config.model_memory_mb * 1'000'000};
  if (config.keep_alive > 0) pool.keep_alive = milliseconds(config.keep_alive);
  return pool;
}

// The fields whose change waits for a restart, with their new values.
base::Json waiting_fields(const Config& now, const Config& next) {
  base::Json names = base::Json::array();
  for (const ConfigField& field : config_fields())
    if (!field.reloads && value_of(field, now) != value_of(field, next))
      names.push_back(field.name);
  return names;
}

// `next` with what doesn't reload as it is now.
Settings merged(const Settings& now, const Settings& next) {
  Settings all = now;
  for (const ConfigField& field : config_fields()) {
    if (!field.reloads) continue;
    std::visit([&](auto member) { all.config.*member = next.config.*member; }, field.member);
    const std::string name(field.name);
    all.from.erase(name);
    if (const auto from = next.from.find(name); from != next.from.end()) all.from.insert(*from);
  }
  return all;
}

}  // namespace

Result<std::unique_ptr<Services>> open_services(const Config& config, const Voice& voice) {
  auto services = std::make_unique<Services>(
      [config, voice](const std::string& source) { return opening_of(config, source, voice); },
      pool_options(config), LaneLimits{config.max_num_seqs, config.max_queue});
  ASHLAR_ASSIGN(services->runs, Runs::open(config.data_dir));
  ASHLAR_ASSIGN(services->retention, Retention::begin(services->runs, config.retention_days));
  ASHLAR_TRY(apply(config, *services, nullptr));
  ASHLAR_TRY(
      services->derived.keep_in(std::filesystem::path(config.data_dir) / "derived-models.json"));
  Models& models = services->models;
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    const Texts names = names_of(config, i);
    ASHLAR_TRY(models.add(names.front(), config.models[i]));
    for (std::size_t alias = 1; alias < names.size(); ++alias)
      if (const auto set = models.set_alias(names[alias], names.front()); !set)
        return tl::unexpected(set.error());
  }
  ASHLAR_TRY(add_upstreams(config, *services));
  ASHLAR_TRY(open_first(config, models));
  ASHLAR_TRY(load_adapters(config, models));
  return services;
}

Result<net::ServerOptions> http_options(const Config& config) {
  net::ServerOptions options;
  ASHLAR_ASSIGN(options.host, net::parse_host(config.host));
  options.port = static_cast<std::uint16_t>(config.port);
  options.workers = 4;
  options.most_connections = config.max_connections;
  options.most_header_bytes = static_cast<std::uint32_t>(config.max_header_bytes);
  options.most_body_bytes = config.max_body_bytes;
  options.request_time = milliseconds(config.request_time);
  options.idle_time = milliseconds(config.idle_time);
  if (!config.ssl_certfile.empty()) {
    ASHLAR_ASSIGN(options.tls, net::load_tls(config.ssl_certfile, config.ssl_keyfile));
  }
  return options;
}

Status apply(const Config& config, Services& services, Server* server) {
  ASHLAR_ASSIGN(std::vector<Key> keys, keys_of(config));
  std::shared_ptr<net::TlsContext> tls;
  if (server && !config.ssl_certfile.empty()) {
    ASHLAR_ASSIGN(tls, net::load_tls(config.ssl_certfile, config.ssl_keyfile));
  }
  ASHLAR_TRY(services.log.open(config.log_file, level_named(config.log_level)));
  services.gate.set(std::move(keys), {config.max_requests_per_key, config.tokens_per_minute});
  services.rules.set({static_cast<int>(config.max_json_depth), config.allowed_origins,
                      config.log_prompts, milliseconds(config.answer_time)});
  services.models.set_most_waiting(config.max_queue);
  services.retention->set_days(config.retention_days);
  if (tls) server->use_tls(std::move(tls));
  return {};
}

Status reload(const Sources& sources, const std::string& host, Settings& settings, Server& server) {
  ASHLAR_ASSIGN(const Settings next, read_settings(sources));
  const Settings all = merged(settings, next);
  // Plain stays plain and TLS stays TLS: who connects would be surprised.
  if (all.config.ssl_certfile.empty() != settings.config.ssl_certfile.empty())
    return fail(ErrorKind::bad_input, "TLS can't be turned on or off while the server runs",
                all.where("ssl_certfile"), "restart the server");
  if (const auto found = check_settings(all, host); !found.empty())
    return tl::unexpected(found.front());
  ASHLAR_TRY(apply(all.config, server.services(), &server));
  const base::Json waiting = waiting_fields(settings.config, next.config);
  settings = all;
  if (!waiting.empty())
    server.services().log.say(Level::warning, "changes of these fields need a restart",
                              {{"fields", waiting}});
  return {};
}

}  // namespace ashlar::server
