#include "server/config_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/json.h"
#include "hub/hub.h"
#include "net/address.h"
#include "net/tls.h"
#include "server/cors.h"
#include "server/upstream.h"

namespace ashlar::server {
namespace {

namespace fs = std::filesystem;
using base::Json;

// Gathers what is wrong with each field.
class Findings {
 public:
  explicit Findings(const Settings& settings) : settings_(settings) {}

  void add(std::string_view field, Error error) {
    const std::string where = settings_.where(field);
    if (!error.where.empty() && error.where != field && error.where != where)
      error.message += fmt::format(" ({})", error.where);
    error.message = fmt::format("{}: {}", field, error.message);
    error.where = where;
    found.push_back(std::move(error));
  }
  void add(std::string_view field, std::string message, std::string mend) {
    add(field, Error{ErrorKind::bad_input, std::move(message), "", std::move(mend)});
  }
  template <class T>
  void add(std::string_view field, const Result<T>& result) {
    if (!result) add(field, result.error());
  }

  std::vector<Error> found;

 private:
  const Settings& settings_;
};

// A catalogue's model that isn't here yet would be fetched: that is fine.
Status check_model(const std::string& name) {
  std::error_code error;
  if (fs::is_regular_file(name, error)) return {};
  if (name.find('/') != name.npos || fs::path(name).extension() == ".gguf")
    return fail(ErrorKind::not_found, fmt::format("no file '{}'", name), "",
                "check the path; ashlar models lists names that need none");
  if (auto found = hub::find(name); !found) return tl::unexpected(std::move(found.error()));
  return {};
}

void check_models(const Config& config, Findings& findings) {
  if (config.models.empty() && config.upstreams.empty())
    findings.add("models", "there is none", "name at least one model");
  for (const std::string& model : config.models) findings.add("models", check_model(model));
  const std::size_t names = config.served_model_name.size();
  if (config.models.size() > 1 && names != 0 && names != config.models.size())
    findings.add("served_model_name",
                 fmt::format("{} names for {} models", names, config.models.size()),
                 "give one for each, in order");
  if (config.speculation != "off" && config.speculation != "ngram")
    findings.add("speculation", check_model(config.speculation));
}

void check_names(const Config& config, Findings& findings) {
  std::set<std::string> names;
  const auto take = [&](const char* field, const std::string& name) {
    if (!names.insert(name).second)
      findings.add(field, fmt::format("two models would be called '{}'", name),
                   "give each a name of its own");
  };
  for (std::size_t i = 0; i < config.models.size(); ++i)
    for (const std::string& name : names_of(config, i)) take("served_model_name", name);
  for (const std::string& text : config.lora_modules) {
    const auto adapter = parse_adapter(text);
    findings.add("lora_modules", adapter);
    if (!adapter) continue;
    take("lora_modules", adapter->name);
    std::error_code error;
    if (!fs::exists(adapter->path, error))
      findings.add("lora_modules", fmt::format("no file '{}'", adapter->path), "check the path");
    if (!adapter->model.empty() &&
        std::ranges::find(config.models, adapter->model) == config.models.end())
      findings.add("lora_modules", fmt::format("no model '{}' is served", adapter->model),
                   "name one of models");
  }
  for (const std::string& text : config.upstreams) {
    const auto upstream = parse_upstream(text);
    findings.add("upstreams", upstream);
    if (upstream) take("upstreams", upstream->id);
  }
}

// Whether a file could be made there.
void check_folder(const char* field, const std::string& path, Findings& findings) {
  std::error_code error;
  fs::path folder = fs::absolute(path, error);
  while (!folder.empty() && !fs::exists(folder, error) && folder != folder.parent_path())
    folder = folder.parent_path();
  if (!fs::is_directory(folder, error))
    findings.add(field, fmt::format("'{}' is no folder", folder.string()), "name another");
  else if (::access(folder.c_str(), W_OK) != 0)
    findings.add(field, fmt::format("'{}' can't be written to", folder.string()),
                 "name another, or change its permissions");
}

void check_files(const Config& config, Findings& findings) {
  check_folder("data_dir", config.data_dir, findings);
  if (!config.prefix_cache.empty()) check_folder("prefix_cache", config.prefix_cache, findings);
  if (config.packed_weights != "off" && !config.packed_weights.empty())
    check_folder("packed_weights", config.packed_weights, findings);
  if (!config.log_file.empty()) {
    std::error_code error;
    const fs::path file = fs::absolute(config.log_file, error);
    if (fs::is_directory(file, error) || !fs::is_directory(file.parent_path(), error))
      findings.add("log_file", fmt::format("no file '{}' can be there", file.string()),
                   "name a file in a folder that is there");
  }
  if (config.ssl_certfile.empty() != config.ssl_keyfile.empty())
    findings.add(config.ssl_certfile.empty() ? "ssl_keyfile" : "ssl_certfile",
                 "certificate and key go together", "give ssl_certfile and ssl_keyfile");
  else if (!config.ssl_certfile.empty())
    findings.add("ssl_certfile", net::load_tls(config.ssl_certfile, config.ssl_keyfile));
}

void check_access(const Config& config, const std::string& host, Findings& findings) {
  for (const std::string& origin : config.allowed_origins)
    if (!is_origin(origin))
      findings.add("allowed_origins", fmt::format("'{}' is no origin", origin),
                   "write https://host or https://host:port, without a path, or *");
  for (const std::string& key : config.api_key)
    if (key.size() < 8 || key.find_first_of(" \t\r\n") != key.npos)
      findings.add("api_key", "a key is shorter than 8 bytes or holds blanks",
                   "use a long random text, or a key of `ashlar keys add`");
  const auto keys = keys_of(config);
  findings.add("data_dir", keys);
  if (keys && keys->empty() && !net::is_loopback(host))
    findings.add("host", fmt::format("{} is reached from other machines, and no key is set", host),
                 "make a key with `ashlar keys add NAME`, or listen at 127.0.0.1");
}

Result<AdapterSpec> adapter_of_json(const std::string& text) {
  ASHLAR_ASSIGN(const Json json, base::parse_json(text, "lora_modules"));
  AdapterSpec spec;
  for (const auto& [name, value] : json.items()) {
    std::string* member = name == "name"              ? &spec.name
                          : name == "path"            ? &spec.path
                          : name == "base_model_name" ? &spec.model
                                                      : nullptr;
    if (!member || !value.is_string())
      return fail(ErrorKind::bad_input, fmt::format("'{}' is no text field of an adapter", name),
                  "lora_modules", "give name, path and base_model_name");
    *member = value.get<std::string>();
  }
  return spec;
}

}  // namespace

Result<AdapterSpec> parse_adapter(const std::string& text) {
  AdapterSpec spec;
  if (text.starts_with('{')) {
    ASHLAR_ASSIGN(spec, adapter_of_json(text));
  } else if (const auto equals = text.find('='); equals != text.npos) {
    spec = {text.substr(0, equals), text.substr(equals + 1)};
  }
  if (!spec.name.empty() && !spec.path.empty()) return spec;
  return fail(ErrorKind::bad_input, fmt::format("'{}' is not NAME=PATH", text), "lora_modules",
              "give the adapter a name and its path");
}

std::vector<std::string> names_of(const Config& config, std::size_t model) {
  const Texts& names = config.served_model_name;
  if (names.empty()) return {config.models[model]};
  if (config.models.size() == 1) return names;
  return {model < names.size() ? names[model] : config.models[model]};
}

Result<std::vector<Key>> keys_of(const Config& config) {
  ASHLAR_ASSIGN(std::vector<Key> keys, read_keys(keys_path(config.data_dir)));
  for (std::size_t i = 0; i < config.api_key.size(); ++i)
    keys.push_back({.name = i == 0 ? "api_key" : fmt::format("api_key_{}", i + 1),
                    .sha256 = hash_of(config.api_key[i]),
                    .groups = group_names()});
  return keys;
}

std::vector<Error> check_settings(const Settings& settings, const std::string& host) {
  Findings findings(settings);
  check_models(settings.config, findings);
  check_names(settings.config, findings);
  check_files(settings.config, findings);
  check_access(settings.config, host, findings);
  return std::move(findings.found);
}

}  // namespace ashlar::server
