#include "llm/adapters.h"

#include <fmt/format.h>

namespace ashlar::llm {
namespace {

tl::unexpected<Error> not_loaded(const std::string& name, std::string mend) {
  return fail(ErrorKind::not_found, fmt::format("no adapter '{}' is loaded", name), "adapter",
              std::move(mend));
}

}  // namespace

Result<SharedAdapter> Adapters::find(const std::string& name) const {
  if (name.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
  std::string loaded;
  for (const auto& [other, adapter] : by_name_) loaded += (loaded.empty() ? "" : ", ") + other;
  return not_loaded(name, loaded.empty() ? "load it first" : "choose one of " + loaded);
}

Status Adapters::add(const std::string& name, SharedAdapter adapter, const std::string& where) {
  if (name.empty())
    return fail(ErrorKind::bad_input, "an adapter needs a name", where, "give it one");
  const std::lock_guard lock(mutex_);
  if (by_name_.emplace(name, std::move(adapter)).second) return {};
  return fail(ErrorKind::bad_input, fmt::format("an adapter '{}' is loaded already", name), where,
              "give it another name");
}

Status Adapters::drop(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (by_name_.erase(name) == 1) return {};
  return not_loaded(name, "name one that is");
}

std::vector<std::string> Adapters::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, adapter] : by_name_) names.push_back(name);
  return names;
}

}  // namespace ashlar::llm
