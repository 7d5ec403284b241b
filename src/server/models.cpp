#include "server/models.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "server/call.h"

namespace ashlar::server {
namespace {

bool may_use(const Call& call, std::string_view model) {
  return !call.pass || call.pass->may_use(model);
}

}  // namespace

void Models::add(std::vector<std::string> names, std::shared_ptr<llm::Llm> model,
                 std::shared_ptr<Lane> lane, std::int64_t created) {
  const std::scoped_lock lock(mutex_);
  open_.push_back({std::move(names), std::move(model), std::move(lane), created});
}

std::optional<ServedModel> Models::find(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  for (const Open& each : open_) {
    if (name.empty()) return ServedModel{each.names.front(), each.llm, {}, each.lane};
    if (std::ranges::find(each.names, name) != each.names.end())
      return ServedModel{std::string(name), each.llm, {}, each.lane};
    const auto adapters = each.llm->adapters();
    if (std::ranges::find(adapters, name) != adapters.end())
      return ServedModel{std::string(name), each.llm, std::string(name), each.lane};
  }
  return std::nullopt;
}

Result<ServedModel> Models::find(const Call& call, std::string_view name) const {
  auto model = find(name);
  if (!model) {
    std::vector<std::string> names;
    for (const ModelEntry& entry : list(call)) names.push_back(entry.id);
    return fail(ErrorKind::not_found, fmt::format("no model '{}'", name), "/model",
                fmt::format("ask for one of {}", fmt::join(names, ", ")));
  }
  if (call.account) call.account->note([&](Account& account) { account.model = model->id; });
  if (!may_use(call, model->id))
    return fail(ErrorKind::denied,
                fmt::format("the key '{}' is not for the model '{}'", call.pass->key(), model->id),
                "/model", "GET /v1/models lists those that it is for");
  return std::move(*model);
}

std::vector<ModelEntry> Models::list(const Call& call) const {
  const std::scoped_lock lock(mutex_);
  std::vector<ModelEntry> entries;
  for (const Open& each : open_) {
    for (const std::string& name : each.names) entries.push_back({name, each.created});
    for (const std::string& adapter : each.llm->adapters())
      entries.push_back({adapter, each.created, each.names.front()});
  }
  std::erase_if(entries, [&](const ModelEntry& each) { return !may_use(call, each.id); });
  return entries;
}

void Models::set_most_waiting(std::uint64_t most) {
  const std::scoped_lock lock(mutex_);
  for (const Open& each : open_) each.lane->set_most_waiting(most);
}

}  // namespace ashlar::server
