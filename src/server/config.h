// What a server is told: one value a field, from a file, the environment or the command line. The
// fields stand in one table (config_fields.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "hub/hub.h"

namespace ashlar::server {

using Texts = std::vector<std::string>;

// The values as they are written; docs/serving.md says what each means. 0 of a limit or an empty
// text is none where the table says so.
struct Config {
  Texts models = {"smollm2"}, served_model_name = {};
  std::string host = "127.0.0.1";
  std::uint64_t port = 8000;
  std::string data_dir = (hub::home() / "data").string();

  std::uint64_t threads = 0;
  std::string precision = "fast";
  std::uint64_t max_model_len = 0, max_num_seqs = 16, max_num_batched_tokens = 512;
  std::string kv_cache_dtype = "auto";
  double memory_utilization = 0;
  bool enable_prefix_caching = true;
  std::string prefix_cache = {};
  std::uint64_t prefix_cache_mb = 4096;
  std::string packed_weights = (hub::home() / "packed").string();
  std::string speculation = "off";
  std::uint64_t num_speculative_tokens = 0;
  bool jump_forward = true;
  Texts lora_modules = {}, upstreams = {};
  std::uint64_t max_loaded_models = 0, model_memory_mb = 0;
  double keep_alive = 0;  // seconds

  std::uint64_t max_body_bytes = 32 << 20, max_header_bytes = 32 << 10, max_json_depth = 64;
  double request_time = 30, idle_time = 120, answer_time = 0;  // seconds
  std::uint64_t max_connections = 16384, max_queue = 4096;
  std::uint64_t max_requests_per_key = 0, tokens_per_minute = 0;
  double drain_time = 30;  // seconds
  double retention_days = 30;

  Texts api_key = {};
  std::string ssl_certfile = {}, ssl_keyfile = {};
  Texts allowed_origins = {};
  std::string log_file = {}, log_level = "info";
  bool log_prompts = false;
};

// A configuration, and where each value is from.
struct Settings {
  Config config = {};
  std::map<std::string, std::string, std::less<>> from = {};  // by field; absent: the default

  // For the `where` of an error: "serve.toml:3:8", "ASHLAR_PORT", "--port", or the field's name.
  std::string where(std::string_view field) const;
};

struct Sources {
  std::filesystem::path file = {};                                    // empty: none
  std::vector<std::pair<std::string, std::string>> environment = {};  // names and values
  std::vector<std::pair<std::string, Texts>> flags = {};              // field and what it was given
};

// A flag goes before the environment, that before the file. Errors: names that no field has, with
// the near one; values of another shape or out of range; all with file, line and column, or the
// name of the variable or flag.
Result<Settings> read_settings(const Sources& sources);

// The TOML of one file over what `settings` holds; `name` is the file's in errors and origins.
Status read_toml(std::string_view text, std::string_view name, Settings& settings);

// Variables of this process, all whose names begin with ASHLAR_.
std::vector<std::pair<std::string, std::string>> environment();

}  // namespace ashlar::server
