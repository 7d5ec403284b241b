#include "cli/options.h"

#include "base/utf8.h"
#include "cli/terminal.h"
#include "hub/hub.h"
#include "llm/request_json.h"

namespace ashlar::cli {
namespace {

Result<model::Precision> precision_named(const std::string& name) {
  if (name == "fast") return model::Precision::fast;
  if (name == "exact") return model::Precision::exact;
  return fail(ErrorKind::bad_input, "'" + name + "' is neither fast nor exact");
}

bool repeats(llm::FieldShape shape) {
  return shape == llm::FieldShape::texts || shape == llm::FieldShape::counts ||
         shape == llm::FieldShape::biases;
}

Status load_adapters(llm::Llm& model, const std::vector<std::string>& adapters) {
  for (const std::string& adapter : adapters) {
    const auto equals = adapter.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorKind::bad_input,
                  "'" + base::repair_utf8(adapter).text + "' is not NAME=PATH", "--lora",
                  "give the adapter a name for --adapter, and its path");
    ASHLAR_TRY(model.load_adapter(adapter.substr(0, equals), adapter.substr(equals + 1)));
  }
  return {};
}

CLI::Option* declare(CLI::App& app, const llm::RequestField& field) {
  const std::string flag(field.flag), help(field.help);
  if (field.shape == llm::FieldShape::flag) return app.add_flag(flag, help);
  CLI::Option* option = app.add_option(flag, help)->type_name(std::string(field.value));
  if (repeats(field.shape))
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false);
  return option;
}

// --prefix-cache and --packed-weights: what is kept on disk for later processes.
void add_folder_options(CLI::App& app, ModelOptions& options) {
  const auto keep_prefixes = [&options](const std::string& where) {
    options.engine.prefix_cache = where != "off";
    options.prefix_cache = where != "off" ? where : "";
  };
  app.add_option_function<std::string>("--prefix-cache", keep_prefixes,
                                       "keep prompts in this folder for later processes; off: not "
                                       "even in memory; changes no answer")
      ->type_name("DIR|off");
  app.add_option("--prefix-cache-mb", options.prefix_cache_mb,
                 "what the folder may grow to; the least recently used goes first")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1 << 30).description(""));
  app.add_option_function<std::string>(
         "--packed-weights",
         [&options](const std::string& where) {
           options.packed_weights = where != "off" ? where : "";
         },
         "keep the weights as the kernels read them in this folder, for a quicker start; default: "
         "packed, in $ASHLAR_HOME")
      ->type_name("DIR|off");
}

}  // namespace

void add_model_option(CLI::App& app, ModelOptions& options) {
  app.add_option("-m,--model", options.model, "a catalogue name or the path of a GGUF file")
      ->type_name("MODEL")
      ->required();
}

void add_kv_dtype_option(CLI::App& app, std::optional<model::KvDtype>& dtype) {
  const auto set = [&dtype](const std::string& name) {
    const auto named = model::kv_dtype_named(name);
    if (!named) throw CLI::ValidationError("--kv-cache-dtype", named.error().message);
    dtype = *named;
  };
  app.add_option_function<std::string>(
         "--kv-cache-dtype", set,
         "how keys and values are stored: q8_0 takes half of f16; default: f16, in f32 where the "
         "precision is exact")
      ->type_name("f16|q8_0");
}

void add_compute_options(CLI::App& app, ModelOptions& options) {
  const auto set_precision = [&options](const std::string& name) {
    const auto precision = precision_named(name);
    if (!precision) throw CLI::ValidationError("--precision", precision.error().message);
    options.precision = *precision;
  };
  app.add_option_function<std::string>("--precision", set_precision,
                                       "fast: int8 activations, f16 KV; exact: f32 throughout")
      ->type_name("fast|exact");
  add_kv_dtype_option(app, options.engine.kv_dtype);
  app.add_option("--threads", options.threads, "threads that compute; default: what there is")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
}

void add_chunk_option(CLI::App& app, ModelOptions& options) {
  app.add_option("--chunk", options.engine.chunk, "prompt tokens in one step; changes no answer")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 16).description(""));
}

void add_engine_options(CLI::App& app, ModelOptions& options) {
  add_chunk_option(app, options);
  const auto set = [&options](const std::string& name) {
    using engine::Speculation;
    const bool draft = name != "off" && name != "ngram";
    options.engine.speculation = draft             ? Speculation::draft
                                 : name == "ngram" ? Speculation::ngram
                                                   : Speculation::off;
    options.draft = draft ? name : "";
  };
  app.add_option_function<std::string>("--speculate", set,
                                       "guess, and check several tokens at once: ngram that the "
                                       "text repeats itself, DRAFT (a name "
                                       "or path) what a smaller model says; changes no answer")
      ->type_name("off|ngram|DRAFT");
  app.add_option_function<std::string>(
         "--jump-forward",
         [&options](const std::string& value) { options.engine.jump_forward = value == "on"; },
         "take what a structure leaves no choice of in one step; default: on; changes no answer")
      ->type_name("on|off")
      ->check(CLI::IsMember({"on", "off"}).description(""));
  app.add_option("--guesses", options.engine.guesses,
                 "guess N tokens a step; default: as many as pay, by what was right lately")
      ->type_name("N")
      ->check(CLI::Range(1, 16).description(""));
  add_folder_options(app, options);
  app.add_option("--ctx", options.engine.context,
                 "tokens of prompt and answer together; default: the model's")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description(""));
  app.add_option(
         "--kv-memory", options.engine.kv_bytes,
         "memory for keys and values, as 24mb; default: for all at once, up to a quarter of "
         "the machine's")
      ->type_name("BYTES")
      ->transform(CLI::AsSizeValue(false).description(""));
}

void add_adapter_option(CLI::App& app, ModelOptions& options) {
  app.add_option("--lora", options.adapters,
                 "load a LoRA adapter, a PEFT folder or a GGUF file; may be repeated")
      ->type_name("NAME=PATH")
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(false);
}

Result<std::unique_ptr<llm::Llm>> open_model(const ModelOptions& options) {
  ASHLAR_ASSIGN(auto path, hub::locate(options.model, say));
  llm::OpenOptions open;
  open.path = std::move(path);
  open.precision = options.precision;
  open.threads = options.threads;
  open.engine = options.engine;
  open.packed_weights = options.packed_weights;
  open.prefix_cache = options.prefix_cache;
  open.prefix_cache_bytes = options.prefix_cache_mb * 1'000'000;
  open.note = note;
  if (!options.draft.empty()) {
    ASHLAR_ASSIGN(open.draft, hub::locate(options.draft, say));
  }
  ASHLAR_ASSIGN(auto model, llm::Llm::open(std::move(open)));
  ASHLAR_TRY(load_adapters(*model, options.adapters));
  return model;
}

RequestFlags::RequestFlags(CLI::App& app, std::span<const llm::RequestField> fields) {
  for (const llm::RequestField& field : fields)
    if (!field.flag.empty()) options_.emplace_back(&field, declare(app, field));
}

Result<base::Json> RequestFlags::value() const {
  base::Json object = base::Json::object();
  for (const auto& [field, option] : options_) {
    if (option->count() == 0) continue;
    ASHLAR_ASSIGN(object[std::string(field->name)], llm::json_of_flag(*field, option->results()));
  }
  return object;
}

Error as_flag_error(Error error) {
  error = llm::with_pointer(std::move(error));
  if (!error.where.starts_with('/')) return error;
  const auto end = error.where.find('/', 1);
  const llm::RequestField* field = llm::find_field(error.where.substr(1, end - 1));
  if (!field || field->flag.empty()) return error;
  // What a file says wrong is found in it.
  const bool in_file =
      field->shape == llm::FieldShape::schema || field->shape == llm::FieldShape::tools;
  const bool file = in_file && end != std::string::npos;
  error.where = llm::long_flag(*field) + (file ? ": " + error.where.substr(end) : "");
  return error;
}

}  // namespace ashlar::cli
