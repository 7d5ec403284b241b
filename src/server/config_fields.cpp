#include "server/config_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "hub/catalogue.h"

namespace ashlar::server {
namespace {

using base::Json;

constexpr bool kReloads = true, kSecret = true;
constexpr double kMost = 1ull << 40;

const ConfigField kFields[] = {
    {"models", &Config::models, "MODEL",
     "catalogue names or paths of GGUF files; the first is the "
     "default of requests"},
    {"served_model_name", &Config::served_model_name, "NAME",
     "what requests call the models, one each in order; of a single model several: aliases"},
    {"host", &Config::host, "ADDRESS", "the IPv4 or IPv6 address to listen at"},
    {"port", &Config::port, "N", "0: any that is free", 0, 65535},
    {"data_dir", &Config::data_dir, "DIR",
     "where the server keeps what is its own: keys.json, runs.db"},
    {"threads", &Config::threads, "N", "threads that compute; 0: what there is", 0, 1024},
    {"precision", &Config::precision, "fast|exact",
     "fast: int8 activations, f16 KV; exact: f32 throughout"},
    {"max_model_len", &Config::max_model_len, "N",
     "tokens of prompt and answer together; 0: the model's", 0, 1 << 30},
    {"max_num_seqs", &Config::max_num_seqs, "N", "answers that run at once, a model; others wait",
     1, 4096},
    {"max_num_batched_tokens", &Config::max_num_batched_tokens, "N",
     "prompt tokens in one step; changes no answer", 1, 1 << 16},
    {"kv_cache_dtype", &Config::kv_cache_dtype, "auto|f16|q8_0",
     "how keys and values are stored; auto: f16, in f32 where the precision is exact"},
    {"memory_utilization", &Config::memory_utilization, "FRACTION",
     "of the machine's memory for keys and values of all models together (vLLM's "
     "gpu_memory_utilization counts the weights too); 0: for max_num_seqs whole answers, up to a "
     "quarter a model",
     0, 0.95},
    {"enable_prefix_caching", &Config::enable_prefix_caching, "",
     "a prompt that begins as an earlier one starts behind that; changes no answer"},
    {"prefix_cache", &Config::prefix_cache, "DIR",
     "keep prompts in this folder for later processes; empty: in memory alone"},
    {"prefix_cache_mb", &Config::prefix_cache_mb, "N", "what that folder may grow to", 1, 1 << 30},
    {"packed_weights", &Config::packed_weights, "DIR|off",
     "keep the weights as the kernels read them in this folder, for a quicker start"},
    {"speculation", &Config::speculation, "off|ngram|DRAFT",
     "guess, and check several tokens at once: ngram that the text repeats itself, DRAFT (a name "
     "or path) what a smaller model says; changes no answer"},
    {"num_speculative_tokens", &Config::num_speculative_tokens, "N",
     "guessed a step; 0: as many as pay", 0, 16},
    {"jump_forward", &Config::jump_forward, "",
     "take what a structure leaves no choice of in one step; changes no answer"},
    {"lora_modules", &Config::lora_modules, "NAME=PATH",
     "LoRA adapters, each a model for requests; beside several models as JSON: {\"name\", "
     "\"path\", \"base_model_name\"}"},
    {"upstreams", &Config::upstreams, "NAME=URL",
     "models that OpenAI-compatible servers answer for, the address up to /v1; or as JSON: "
     "{\"name\", \"url\", \"model\", \"api_key_env\", \"retries\", \"timeout\"}"},
    {"max_loaded_models", &Config::max_loaded_models, "N",
     "open at once; others are opened when asked for; 0: all", 0, 1024},
    {"model_memory_mb", &Config::model_memory_mb, "N",
     "that open models may take together; 0: no limit", 0, 1 << 30},
    {"keep_alive", &Config::keep_alive, "SECONDS",
     "a model is closed when nobody asked for it for so long; 0: never", 0, 1e9},
    {"max_body_bytes", &Config::max_body_bytes, "N", "of a request; more is 413", 1, kMost},
    {"max_header_bytes", &Config::max_header_bytes, "N", "of a request; more is 431", 256, 1 << 24},
    {"max_json_depth", &Config::max_json_depth, "N", "levels of a body; more is 400", 1,
     base::kMaxJsonDepth, kReloads},
    {"request_time", &Config::request_time, "SECONDS",
     "from a request's first byte to its last; longer is 408", 0.01, 86400},
    {"idle_time", &Config::idle_time, "SECONDS", "how long a connection may wait for a request",
     0.01, 86400},
    {"answer_time", &Config::answer_time, "SECONDS",
     "that an answer may take from its request's arrival to its end; longer is 503, or an error in "
     "its stream; 0: no limit",
     0, 1e9, kReloads},
    {"max_connections", &Config::max_connections, "N", "at once; more are 503", 1, 1 << 20},
    {"max_queue", &Config::max_queue, "N",
     "answers that may wait for one of max_num_seqs, a model; more are 503", 0, 1 << 20, kReloads},
    {"max_requests_per_key", &Config::max_requests_per_key, "N",
     "under way at once, of a key without a limit of its own; more are 429; 0: no limit", 0,
     1 << 20, kReloads},
    {"tokens_per_minute", &Config::tokens_per_minute, "N",
     "of prompts and answers, of a key without a limit of its own; more are 429; 0: no limit", 0,
     kMost, kReloads},
    {"drain_time", &Config::drain_time, "SECONDS",
     "what is under way at SIGTERM may take that long", 0, 86400, kReloads},
    {"retention_days", &Config::retention_days, "DAYS",
     "that stored responses, files and batches are kept; 0: until they are deleted", 0, 1e5,
     kReloads},
    {"api_key", &Config::api_key, "KEY", "may do all, beside the keys of `ashlar keys`", 0, 0,
     kReloads, kSecret},
    {"ssl_certfile", &Config::ssl_certfile, "FILE", "PEM, the chain; with ssl_keyfile: TLS alone",
     0, 0, kReloads},
    {"ssl_keyfile", &Config::ssl_keyfile, "FILE", "PEM, without a passphrase", 0, 0, kReloads},
    {"allowed_origins", &Config::allowed_origins, "ORIGIN",
     "web pages that may ask (CORS), as https://host:port; *: all", 0, 0, kReloads},
    {"log_file", &Config::log_file, "FILE", "empty: stderr; opened anew at SIGHUP", 0, 0, kReloads},
    {"log_level", &Config::log_level, "debug|info|warning|error", "the least that is logged", 0, 0,
     kReloads},
    {"log_prompts", &Config::log_prompts, "", "log the bodies of requests too", 0, 0, kReloads},
};

std::string with(std::string_view prefix, std::string_view name, char from, char to, bool upper) {
  std::string out(prefix);
  for (const char c : name) out += c == from ? to : upper ? static_cast<char>(std::toupper(c)) : c;
  return out;
}

tl::unexpected<Error> wrong(const ConfigField& field, std::string_view what,
                            const std::string& where) {
  return fail(ErrorKind::bad_input, fmt::format("{} {}", field.name, what), where,
              fmt::format("{}: {}", field.name, field.help));
}

// "a|b|c" in lower case is the list of what there is; with a part in capitals anything goes.
bool is_choice(std::string_view value) {
  return value.find('|') != value.npos &&
         std::ranges::none_of(value, [](unsigned char c) { return std::isupper(c) != 0; });
}

bool is_among(std::string_view text, std::string_view choices) {
  while (!choices.empty()) {
    const auto end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == text) return true;
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

// One for each shape: the JSON that it takes, into the member.
struct Setter {
  const ConfigField& field;
  const Json& value;
  const std::string& where;
  Config& config;

  Status operator()(std::string Config::* member) const {
    if (!value.is_string()) return wrong(field, "is not a string", where);
    const auto& text = value.get_ref<const std::string&>();
    if (text.find('\0') != text.npos) return wrong(field, "holds a zero byte", where);
    if (is_choice(field.value) && !is_among(text, field.value))
      return wrong(field, fmt::format("is '{}', not one of {}", text, field.value), where);
    config.*member = text;
    return {};
  }
  Status operator()(Texts Config::* member) const {
    const Json list = value.is_string() ? Json::array({value}) : value;
    if (!list.is_array() || !std::ranges::all_of(list, [](const Json& each) {
          return each.is_string() && !each.get_ref<const std::string&>().empty();
        }))
      return wrong(field, "is not a list of strings", where);
    config.*member = list.get<Texts>();
    return {};
  }
  Status operator()(bool Config::* member) const {
    if (!value.is_boolean()) return wrong(field, "is neither true nor false", where);
    config.*member = value.get<bool>();
    return {};
  }
  Status operator()(std::uint64_t Config::* member) const {
    if (!value.is_number_integer() || value < 0)
      return wrong(field, "is not a whole number of 0 or more", where);
    ASHLAR_TRY(check_range(value.get<double>()));
    config.*member = value.get<std::uint64_t>();
    return {};
  }
  Status operator()(double Config::* member) const {
    if (!value.is_number() || !std::isfinite(value.get<double>()))
      return wrong(field, "is not a number", where);
    ASHLAR_TRY(check_range(value.get<double>()));
    config.*member = value.get<double>();
    return {};
  }
  Status check_range(double number) const {
    if (number >= field.least && number <= field.most) return {};
    return wrong(field, fmt::format("is {}, not within {} … {}", number, field.least, field.most),
                 where);
  }
};

// One for each shape: the JSON that texts stand for.
struct Reader {
  const ConfigField& field;
  const Texts& texts;

  Json operator()(std::string Config::*) const { return texts.back(); }
  Json operator()(Texts Config::*) const { return texts; }
  Json operator()(bool Config::*) const {
    if (texts.back() == "true" || texts.back() == "1") return true;
    if (texts.back() == "false" || texts.back() == "0") return false;
    return texts.back();
  }
  Json operator()(std::uint64_t Config::*) const { return number(); }
  Json operator()(double Config::*) const { return number(); }
  Json number() const {
    const auto value = base::parse_json(texts.back(), field.name);
    return value && value->is_number() ? *value : Json(texts.back());
  }
};

}  // namespace

std::span<const ConfigField> config_fields() {
  return kFields;
}

const ConfigField* find_config_field(std::string_view name) {
  const auto field = std::ranges::find(kFields, name, &ConfigField::name);
  return field == std::end(kFields) ? nullptr : &*field;
}

std::string flag_of(const ConfigField& field) {
  return with("--", field.name, '_', '-', false);
}
std::string environment_of(const ConfigField& field) {
  return with("ASHLAR_", field.name, '_', '_', true);
}

Status set_field(const ConfigField& field, const Json& value, const std::string& where,
                 Config& config) {
  return std::visit(Setter{field, value, where, config}, field.member);
}

Status set_field(const ConfigField& field, const Texts& texts, const std::string& where,
                 Config& config) {
  if (texts.empty()) return wrong(field, "is given no value", where);
  return set_field(field, std::visit(Reader{field, texts}, field.member), where, config);
}

Json value_of(const ConfigField& field, const Config& config) {
  const Json value = std::visit([&](auto member) { return Json(config.*member); }, field.member);
  return field.secret && !value.empty() ? Json("***") : value;
}

std::string near_field(std::string_view wrong) {
  std::string near;
  if (wrong.size() > 64) return near;  // the distance costs time
  std::size_t best = std::max<std::size_t>(2, wrong.size() / 3) + 1;
  for (const ConfigField& field : kFields) {
    const std::size_t distance = hub::edit_distance(wrong, field.name);
    if (distance >= best) continue;
    best = distance;
    near = field.name;
  }
  return near;
}

Json settings_json(const Settings& settings) {
  Json all = Json::object();
  for (const ConfigField& field : kFields) {
    const auto from = settings.from.find(field.name);
    all[std::string(field.name)] = {
        {"value", value_of(field, settings.config)},
        {"from", from == settings.from.end() ? "default" : from->second}};
  }
  return all;
}

std::string settings_text(const Settings& settings) {
  std::string text;
  const Json all = settings_json(settings);
  for (const auto& [name, entry] : all.items())
    text += fmt::format("{:<24} = {:<32} # {}\n", name, base::write_json(entry["value"]),
                        entry["from"].get_ref<const std::string&>());
  return text;
}

}  // namespace ashlar::server
