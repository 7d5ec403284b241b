// Which models there are, by the names that requests use: models, their adapters, aliases.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "llm/llm.h"

namespace ashlar::server {

// What a name stands for at the moment of asking. Who holds it keeps the model open.
struct ServedModel {
  std::string id;  // the name that it was asked by
  std::shared_ptr<llm::Llm> llm;
  std::string adapter = {};  // empty: the model as it is
};

struct ModelEntry {
  std::string id;
  std::int64_t created = 0;         // Unix time in seconds
  std::string parent = {};          // of an adapter: its model
  std::filesystem::path path = {};  // the model's file
};

class Models {
 public:
  // REQUIRES: a name that isn't taken.
  void add(const std::string& id, std::shared_ptr<llm::Llm> model, std::int64_t created);

  // Errors: not_found at /model, with the names that there are. An empty name is the first model's.
  Result<ServedModel> find(std::string_view name) const;
  std::vector<ModelEntry> list() const;

 private:
  struct Open {
    std::string id;
    std::shared_ptr<llm::Llm> llm;
    std::int64_t created;
  };
  mutable std::mutex mutex_;
  std::vector<Open> open_;
};

}  // namespace ashlar::server
