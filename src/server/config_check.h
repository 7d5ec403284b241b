// Whether a configuration can be served, found out without serving it: files are there and are what
// they should be, names are known, the fields agree with each other.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "server/config.h"
#include "server/keys.h"

namespace ashlar::server {

// An adapter as lora_modules has it: NAME=PATH, or vLLM's JSON with the model that it is for.
struct AdapterSpec {
  std::string name, path;
  std::string model = {};  // as models has it; empty: the first
};
Result<AdapterSpec> parse_adapter(const std::string& text);

// The names of a model for requests: of one all of served_model_name, of several one each.
std::vector<std::string> names_of(const Config& config, std::size_t model);

// The keys of the file and those of api_key.
Result<std::vector<Key>> keys_of(const Config& config);

// What is wrong, all of it. `where` says where the field was set. `host` is the numeric address
// that is listened at: one that others reach needs keys.
std::vector<Error> check_settings(const Settings& settings, const std::string& host);

}  // namespace ashlar::server
