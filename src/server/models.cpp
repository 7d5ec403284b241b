#include "server/models.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ashlar::server {

void Models::add(const std::string& id, std::shared_ptr<llm::Llm> model, std::int64_t created) {
  const std::scoped_lock lock(mutex_);
  open_.push_back({id, std::move(model), created});
}

Result<ServedModel> Models::find(std::string_view name) const {
  std::vector<std::string> names;
  {
    const std::scoped_lock lock(mutex_);
    for (const Open& each : open_) {
      if (name.empty() || name == each.id) return ServedModel{std::string(name), each.llm};
      const auto adapters = each.llm->adapters();
      if (std::ranges::find(adapters, name) != adapters.end())
        return ServedModel{std::string(name), each.llm, std::string(name)};
      names.push_back(each.id);
      names.insert(names.end(), adapters.begin(), adapters.end());
    }
  }
  return fail(ErrorKind::not_found, fmt::format("no model '{}'", name), "/model",
              fmt::format("ask for one of {}", fmt::join(names, ", ")));
}

std::vector<ModelEntry> Models::list() const {
  const std::scoped_lock lock(mutex_);
  std::vector<ModelEntry> entries;
  for (const Open& each : open_) {
    entries.push_back({each.id, each.created, {}, each.llm->path()});
    for (const std::string& adapter : each.llm->adapters())
      entries.push_back({adapter, each.created, each.id, each.llm->path()});
  }
  return entries;
}

}  // namespace ashlar::server
