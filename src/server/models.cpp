#include "server/models.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "server/call.h"

namespace ashlar::server {
namespace {

std::int64_t unix_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

tl::unexpected<Error> unknown(std::string_view what, std::string_view name, std::string where) {
  return fail(ErrorKind::not_found, fmt::format("no {} '{}'", what, name), std::move(where),
              "GET /v1/models lists what there is");
}

bool may_use(const Call& call, std::string_view model) {
  return !call.pass || call.pass->may_use(model);
}

Status check_expected(std::string_view name, std::uint64_t now, Models::Expected expected) {
  if (!expected || *expected == now) return {};
  return fail(ErrorKind::cancelled,
              fmt::format("'{}' is at generation {}, not {}", name, now, *expected),
              "/expected_generation", "look again, and ask with that generation");
}

}  // namespace

Models::Models(Open open, PoolOptions options, LaneLimits lanes)
    : open_(std::move(open)), pool_(options), lane_limits_(lanes) {}

bool Models::is_model(std::string_view id) const {
  return std::ranges::find(models_, id, &ModelEntry::id) != models_.end();
}

// REQUIRES, as all that are private: mutex_ is held.
bool Models::has(const std::string& name) const {
  return is_model(name) || adapters_.contains(name) || aliases_.contains(name) ||
         foreign_.contains(name);
}

bool Models::is_taken(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  return has(name);
}

Status Models::check_name(const std::string& name) const {
  if (name.empty() || name.size() > 256)
    return fail(ErrorKind::bad_input, fmt::format("a name of {} bytes", name.size()), "/name",
                "give 1 to 256");
  // A path could name them no more.
  if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
    return fail(ErrorKind::bad_input, "a name with a control character", "/name",
                "use letters, digits and signs");
  if (has(name))
    return fail(ErrorKind::bad_input, fmt::format("the name '{}' is taken", name), "/name",
                "give another");
  return {};
}

Status Models::add(const std::string& id, const std::string& source) {
  ASHLAR_ASSIGN(Opening opening, open_(source));
  const std::scoped_lock lock(mutex_);
  ASHLAR_TRY(check_name(id));
  pool_.add(id, std::move(opening));
  models_.push_back({id, unix_now(), {}, source});
  return {};
}

Status Models::add_foreign(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  ASHLAR_TRY(check_name(id));
  foreign_.insert(id);
  return {};
}

std::string Models::meaning(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  const auto alias = aliases_.find(name);
  return alias == aliases_.end() ? std::string(name) : alias->second.model;
}

Status Models::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  if (!is_model(id)) return unknown("model", id, "/model");
  for (const auto& [alias, entry] : aliases_)
    if (entry.model == id)
      return fail(ErrorKind::bad_input, fmt::format("the alias '{}' stands for '{}'", alias, id),
                  "/model", "point it elsewhere first");
  std::erase_if(adapters_, [&](const auto& each) { return each.second.entry.model == id; });
  std::erase_if(models_, [&](const ModelEntry& entry) { return entry.id == id; });
  lanes_.erase(id);
  pool_.remove(id);
  return {};
}

Status Models::close(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  if (!is_model(id)) return unknown("model", id, "/model");
  return pool_.close(id);
}

Result<Models::Meant> Models::meaning_of(std::string_view name) const {
  if (name.empty() && !models_.empty()) return Meant{models_.front().id, std::nullopt};
  if (const auto alias = aliases_.find(name); alias != aliases_.end()) name = alias->second.model;
  if (const auto adapter = adapters_.find(name); adapter != adapters_.end())
    return Meant{adapter->second.entry.model, adapter->second};
  if (is_model(name)) return Meant{std::string(name), std::nullopt};
  if (foreign_.contains(name))
    return fail(ErrorKind::unsupported,
                fmt::format("'{}' is answered by another server, which isn't asked this", name),
                "/model", "ask it for chats and completions, in any dialect");
  std::vector<std::string_view> names;
  for (const ModelEntry& each : models_) names.push_back(each.id);
  for (const auto& each : adapters_) names.push_back(each.first);
  for (const auto& each : aliases_) names.push_back(each.first);
  names.insert(names.end(), foreign_.begin(), foreign_.end());
  return fail(ErrorKind::not_found, fmt::format("no model '{}'", name), "/model",
              fmt::format("ask for one of {}", fmt::join(names, ", ")));
}

Result<ServedModel> Models::lend(std::string_view name, const Meant& meant, KeepAlive keep_alive) {
  ASHLAR_ASSIGN(auto model, pool_.lend(meant.model, keep_alive));
  ServedModel served{name.empty() ? meant.model : std::string(name), std::move(model)};
  if (meant.adapter) {
    served.adapter = meant.adapter->loaded;
    served.adapter_generation = meant.adapter->entry.generation;
  }
  const std::scoped_lock lock(mutex_);
  auto& lane = lanes_[meant.model];
  if (!lane) lane = std::make_shared<Lane>(lane_limits_);
  served.lane = lane;
  return served;
}

Result<ServedModel> Models::find_for_operator(std::string_view name) {
  std::unique_lock lock(mutex_);
  ASHLAR_ASSIGN(const Meant meant, meaning_of(name));
  lock.unlock();
  return lend(name, meant, {});
}

Status Models::admit(const Call& call, const std::string& name) const {
  if (call.account) call.account->note([&](Account& account) { account.model = name; });
  if (may_use(call, name)) return {};
  return fail(ErrorKind::denied,
              fmt::format("the key '{}' is not for the model '{}'", call.pass->key(), name),
              "/model", "GET /v1/models lists those that it is for");
}

Result<ServedModel> Models::find(const Call& call, std::string_view name, KeepAlive keep_alive) {
  std::unique_lock lock(mutex_);
  ASHLAR_ASSIGN(const Meant meant, meaning_of(name));
  lock.unlock();
  const std::string asked = name.empty() ? meant.model : std::string(name);
  ASHLAR_TRY(admit(call, asked));  // before the model is opened, which may take long
  return lend(asked, meant, keep_alive);
}

std::vector<ModelEntry> Models::list(const Call& call) const {
  std::vector<ModelEntry> entries = list();
  std::erase_if(entries, [&](const ModelEntry& each) { return !may_use(call, each.id); });
  return entries;
}

void Models::set_most_waiting(std::uint64_t most) {
  const std::scoped_lock lock(mutex_);
  lane_limits_.most_waiting = most;
  for (const auto& [model, lane] : lanes_) lane->set_most_waiting(most);
}

std::vector<ModelEntry> Models::list() const {
  const std::scoped_lock lock(mutex_);
  std::vector<ModelEntry> entries = models_;
  for (const auto& [name, adapter] : adapters_)
    entries.push_back({name, adapter.entry.created, adapter.entry.model});
  for (const auto& [name, alias] : aliases_) entries.push_back({name, 0, alias.model});
  for (const std::string& name : foreign_) entries.push_back({name});
  return entries;
}

std::vector<std::pair<std::string, engine::Load>> Models::loads() const {
  std::vector<std::pair<std::string, engine::Load>> loads;
  for (const auto& [id, model] : pool_.look()) loads.emplace_back(id, model->load());
  return loads;
}

std::uint64_t Models::generation_of(const std::string& adapter) const {
  const auto found = adapters_.find(adapter);
  return found == adapters_.end() ? 0 : found->second.entry.generation;
}

Result<AdapterEntry> Models::load_adapter(const std::string& name, const std::string& model,
                                          const std::filesystem::path& path, Expected expected) {
  {
    const std::scoped_lock lock(mutex_);
    if (!adapters_.contains(name)) ASHLAR_TRY(check_name(name));
    ASHLAR_TRY(check_expected(name, generation_of(name), expected));
  }
  ASHLAR_ASSIGN(const ServedModel base, find_for_operator(model));
  if (base.adapter)
    return fail(ErrorKind::bad_input, fmt::format("'{}' is an adapter itself", model), "/model",
                "name the model that the adapter is for");
  ASHLAR_ASSIGN(auto loaded, base.llm->read_adapter(path));
  const std::scoped_lock lock(mutex_);  // somebody may have been quicker
  ASHLAR_TRY(check_expected(name, generation_of(name), expected));
  if (!adapters_.contains(name)) ASHLAR_TRY(check_name(name));
  const auto resolved = meaning_of(model);
  if (!resolved) return tl::unexpected(resolved.error());
  Adapter& adapter = adapters_[name];
  adapter = {{name, resolved->model, path, ++last_generation_, unix_now()}, std::move(loaded)};
  return adapter.entry;
}

Status Models::unload_adapter(const std::string& name, Expected expected) {
  const std::scoped_lock lock(mutex_);
  if (!adapters_.contains(name)) return unknown("adapter", name, "/name");
  ASHLAR_TRY(check_expected(name, generation_of(name), expected));
  adapters_.erase(name);
  return {};
}

std::vector<AdapterEntry> Models::adapters() const {
  const std::scoped_lock lock(mutex_);
  std::vector<AdapterEntry> entries;
  for (const auto& each : adapters_) entries.push_back(each.second.entry);
  return entries;
}

Result<AliasEntry> Models::set_alias(const std::string& alias, const std::string& model,
                                     Expected expected) {
  const std::scoped_lock lock(mutex_);
  const auto found = aliases_.find(alias);
  ASHLAR_TRY(
      check_expected(alias, found == aliases_.end() ? 0 : found->second.generation, expected));
  if (found == aliases_.end()) ASHLAR_TRY(check_name(alias));
  if (!is_model(model) && !adapters_.contains(model) && !foreign_.contains(model))
    return unknown("model", model, "/model");
  return aliases_[alias] = {alias, model, ++last_generation_};
}

Status Models::remove_alias(const std::string& alias, Expected expected) {
  const std::scoped_lock lock(mutex_);
  const auto found = aliases_.find(alias);
  if (found == aliases_.end()) return unknown("alias", alias, "/alias");
  ASHLAR_TRY(check_expected(alias, found->second.generation, expected));
  aliases_.erase(found);
  return {};
}

std::vector<AliasEntry> Models::aliases() const {
  const std::scoped_lock lock(mutex_);
  std::vector<AliasEntry> entries;
  for (const auto& each : aliases_) entries.push_back(each.second);
  return entries;
}

}  // namespace ashlar::server
