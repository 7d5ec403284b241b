// The adapters of an Llm by name. Safe to use from several threads.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/adapter.h"

namespace ashlar::llm {

using SharedAdapter = std::shared_ptr<const model::Adapter>;

class Adapters {
 public:
  // Null for an empty name: the model as it is. Errors: not_found.
  Result<SharedAdapter> find(const std::string& name) const;
  // Errors: a name that is empty or taken, which `where` is said to have been asked with.
  Status add(const std::string& name, SharedAdapter adapter, const std::string& where);
  // Who found it before keeps it. Errors: not_found.
  Status drop(const std::string& name);
  std::vector<std::string> names() const;  // sorted

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SharedAdapter> by_name_;
};

}  // namespace ashlar::llm
