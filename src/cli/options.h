// Options that several verbs share: which model and how it runs, and the flags of a request.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "hub/hub.h"
#include "llm/llm.h"
#include "llm/request_fields.h"

namespace ashlar::cli {

struct ModelOptions {
  std::string model;  // a path or a catalogue name
  model::Precision precision = model::Precision::fast;
  unsigned threads = 0;
  engine::EngineOptions engine = {};
  std::string draft = {};  // as `model`; empty: no draft model
  std::string packed_weights = (hub::home() / "packed").string();  // a folder; empty: none
  std::string prefix_cache = {};                                   // the same
  std::uint64_t prefix_cache_mb = 4096;
  std::vector<std::string> adapters = {};  // NAME=PATH
};

// -m, for verbs whose model is no positional.
void add_model_option(CLI::App& app, ModelOptions& options);
// --kv-cache-dtype.
void add_kv_dtype_option(CLI::App& app, std::optional<model::KvDtype>& dtype);
// That, --precision and --threads.
void add_compute_options(CLI::App& app, ModelOptions& options);

// --chunk, for verbs that run an engine.
void add_chunk_option(CLI::App& app, ModelOptions& options);
// That, --ctx, --speculate, --jump-forward and --prefix-cache, for verbs that sample.
void add_engine_options(CLI::App& app, ModelOptions& options);

// --lora.
void add_adapter_option(CLI::App& app, ModelOptions& options);

// Finds, fetches when absent (saying so on stderr) and loads the model, then the adapters.
Result<std::unique_ptr<llm::Llm>> open_model(const ModelOptions& options);

// The flags of some fields, declared in an app and read back as one JSON object.
class RequestFlags {
 public:
  // `defaults` overrides, in --help and in value(), what the fields default to.
  RequestFlags(CLI::App& app, std::span<const llm::RequestField> fields);

  // Only what was given. Errors name the flag.
  Result<base::Json> value() const;

 private:
  std::vector<std::pair<const llm::RequestField*, CLI::Option*>> options_;
};

// The error of a request that came from flags: its JSON pointer becomes the flag's name.
Error as_flag_error(Error error);

}  // namespace ashlar::cli
