// keys: who may use a server.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <chrono>

#include "cli/arguments.h"
#include "cli/config_flags.h"
#include "cli/iso_time.h"
#include "cli/terminal.h"
#include "cli/verb.h"
#include "server/keys.h"

namespace ashlar::cli {
namespace {

using base::Json;
using server::Key;

struct KeyOptions {
  Key key = {};
  std::string expires = {};
  bool json = false;
};

std::int64_t unix_now() {
  return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

// "30d", "12h", or a date.
Result<std::int64_t> expiry_of(const std::string& text) {
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, count);
  if (error == std::errc() && unit + 1 == end && count > 0 && count < 100'000) {
    if (*unit == 'd') return unix_now() + count * 86'400;
    if (*unit == 'h') return unix_now() + count * 3'600;
  }
  ASHLAR_ASSIGN(const auto time, time_of(Json(text), "--expires"));
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  if (seconds > unix_now()) return seconds;
  return fail(ErrorKind::bad_input, fmt::format("'{}' is over already", text), "--expires",
              "give a time to come, as 30d or 2030-01-31");
}

Result<std::filesystem::path> path_of(const ConfigFlags& flags) {
  ASHLAR_ASSIGN(const server::Settings settings, server::read_settings(flags.sources()));
  return server::keys_path(settings.config.data_dir);
}

// The hash tells nobody the key, and is of no use to anybody else either.
Json shown(const Key& key) {
  Json json = server::json_of(key);
  json.erase("sha256");
  return json;
}

std::string scope_of(const std::vector<std::string>& names, std::string_view otherwise) {
  return names.empty() ? std::string(otherwise) : fmt::format("{}", fmt::join(names, ","));
}

std::string line_of(const Key& key) {
  const auto date = [](std::int64_t time) {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(time)));
  };
  std::string line =
      fmt::format("{:<20} models {}; routes {}; made {}", key.name, scope_of(key.models, "all"),
                  scope_of(key.groups, "models,inference,text"), date(key.created));
  if (key.expires)
    line += fmt::format("; {} {}", *key.expires <= unix_now() ? "expired" : "expires",
                        date(*key.expires));
  if (key.max_requests) line += fmt::format("; {} requests at once", *key.max_requests);
  if (key.tokens_per_minute) line += fmt::format("; {} tokens a minute", *key.tokens_per_minute);
  return line;
}

int add(const ConfigFlags& flags, KeyOptions options) {
  const auto path = path_of(flags);
  if (!path) return report(path.error(), options.json);
  options.key.created = unix_now();
  if (!options.expires.empty()) {
    const auto expires = expiry_of(options.expires);
    if (!expires) return report(expires.error(), options.json);
    options.key.expires = *expires;
  }
  const auto secret = server::add_key(*path, options.key);
  if (!secret) return report(secret.error(), options.json);
  if (options.json) {
    Json json = shown(options.key);
    json["key"] = *secret;
    put(base::write_json(json) + "\n");
  } else {
    put(*secret + "\n");
    note("It is shown this once. A server that runs takes it in with SIGHUP.");
  }
  return kExitFine;
}

int list(const ConfigFlags& flags, bool json) {
  const auto path = path_of(flags);
  if (!path) return report(path.error(), json);
  const auto keys = server::read_keys(*path);
  if (!keys) return report(keys.error(), json);
  Json all = Json::array();
  for (const Key& key : *keys) {
    if (json)
      all.push_back(shown(key));
    else
      put(line_of(key) + "\n");
  }
  if (json) put(base::write_json(Json{{"keys", all}}) + "\n");
  return kExitFine;
}

int remove(const ConfigFlags& flags, const KeyOptions& options) {
  const auto path = path_of(flags);
  if (!path) return report(path.error(), options.json);
  if (const auto status = server::remove_key(*path, options.key.name); !status)
    return report(status.error(), options.json);
  if (options.json) put(base::write_json(Json{{"removed", options.key.name}}) + "\n");
  return kExitFine;
}

void declare_key(CLI::App& app, KeyOptions& options) {
  app.add_option("name", options.key.name, "what logs call the key")->required();
  app.add_option("--model", options.key.models, "it may use this one; repeatable; default: all")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--group", options.key.groups,
                 "of routes: models, inference, text, metrics, admin; repeatable; default: the "
                 "first three")
      ->type_name("GROUP")
      ->allow_extra_args(false);
  app.add_option("--expires", options.expires, "as 30d, 12h or 2030-01-31; default: never")
      ->type_name("WHEN");
  app.add_option("--max-requests", options.key.max_requests, "under way at once")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 20).description(""));
  app.add_option("--tokens-per-minute", options.key.tokens_per_minute, "of prompts and answers")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description(""));
}

}  // namespace

int keys_verb(int argc, char** argv) {
  CLI::App app("Keys of a server: kept as hashes in keys.json of its data_dir.", "ashlar keys");
  app.require_subcommand(1);
  app.fallthrough();
  const ConfigFlags flags(app, {"data_dir"});
  KeyOptions options;
  app.add_flag("--json", options.json, "print JSON");
  CLI::App* adds = app.add_subcommand("add", "make a key and print it, once");
  declare_key(*adds, options);
  const CLI::App* lists = app.add_subcommand("list", "the keys, without what they are");
  CLI::App* removes = app.add_subcommand("remove", "forget a key");
  removes->add_option("name", options.key.name)->required();
  if (const auto code = parse_arguments(app, argc, argv)) return *code;
  if (adds->parsed()) return add(flags, std::move(options));
  return lists->parsed() ? list(flags, options.json) : remove(flags, options);
}

}  // namespace ashlar::cli
