// Which models there are, by the names that requests use: models, their adapters, aliases.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "llm/llm.h"
#include "server/lane.h"
#include "server/model_pool.h"

namespace ashlar::server {

struct Call;

// What a name stands for at the moment of asking. Who holds it keeps the model open, and the
// adapter as it is, whatever the name comes to mean.
struct ServedModel {
  std::string id;  // the name that it was asked by
  std::shared_ptr<llm::Llm> llm;
  llm::SharedAdapter adapter = {};  // null: the model as it is
  std::uint64_t adapter_generation = 0;
  std::shared_ptr<Lane> lane = {};  // its answers that run and wait
};

struct ModelEntry {
  std::string id;
  std::int64_t created = 0;  // Unix time in seconds
  std::string parent = {};   // of an adapter: its model; of an alias: what it stands for
  std::string source = {};   // of a model: a path or a catalogue's name
};

// A generation of an adapter never changes: a name that is loaded anew gets another.
struct AdapterEntry {
  std::string name, model;
  std::filesystem::path path;
  std::uint64_t generation = 0;
  std::int64_t created = 0;
};

struct AliasEntry {
  std::string alias, model;
  std::uint64_t generation = 0;
};

// From any thread. Names are of models, adapters and aliases together, each given once.
class Models {
 public:
  using Open = std::function<Result<Opening>(const std::string& source)>;

  // `open` says how a source, a path or a catalogue's name, becomes a model.
  explicit Models(Open open, PoolOptions options = {}, LaneLimits lanes = {});

  // Errors: a name that is taken; what `open` says of the source.
  Status add(const std::string& id, const std::string& source);
  // A name that another server answers for: it is listed, and aliases may stand for it.
  Status add_foreign(const std::string& id);
  // Notes the name in the request's account. Errors: denied, where its key isn't for it.
  Status admit(const Call& call, const std::string& name) const;
  // Whether it is any model's, adapter's or alias's, or another server answers for it.
  bool is_taken(const std::string& name) const;
  // The name that an alias stands for; others are what they are.
  std::string meaning(std::string_view name) const;
  // Who holds it keeps it. Errors: not_found; a model that an alias stands for.
  Status remove(const std::string& id);
  Status close(const std::string& id);  // until it is asked for again

  // An empty name is the first model's. Opens where it isn't open (ModelPool::lend).
  // Notes it in the request's account. Errors: not_found at /model, with the names that there are;
  // denied, where the request's key isn't for it; those of opening.
  using KeepAlive = std::optional<std::chrono::milliseconds>;
  Result<ServedModel> find(const Call& call, std::string_view name, KeepAlive keep_alive = {});
  Result<ServedModel> find_for_operator(std::string_view name);  // whoever asks
  std::vector<ModelEntry> list() const;
  std::vector<ModelEntry> list(const Call& call) const;  // those that its key may use

  void set_most_waiting(std::uint64_t most);
  std::vector<PoolEntry> pool() const { return pool_.list(); }
  // Those that are open, by id; looking at them is no use that keeps them alive.
  std::vector<std::pair<std::string, std::shared_ptr<llm::Llm>>> look() const {
    return pool_.look();
  }
  // Of the models that are open; waits for the step that each runs.
  std::vector<std::pair<std::string, engine::Load>> loads() const;

  // With `expected`, the generation that the name has now, 0 for none: another one changes
  // nothing and is ErrorKind::cancelled. Requests under way keep what they began with.
  using Expected = std::optional<std::uint64_t>;
  Result<AdapterEntry> load_adapter(const std::string& name, const std::string& model,
                                    const std::filesystem::path& path, Expected expected = {});
  Status unload_adapter(const std::string& name, Expected expected = {});
  std::vector<AdapterEntry> adapters() const;

  Result<AliasEntry> set_alias(const std::string& alias, const std::string& model,
                               Expected expected = {});
  Status remove_alias(const std::string& alias, Expected expected = {});
  std::vector<AliasEntry> aliases() const;

 private:
  struct Adapter {
    AdapterEntry entry;
    llm::SharedAdapter loaded;
  };

  struct Meant {  // what a name stands for
    std::string model;
    std::optional<Adapter> adapter;
  };

  Result<Meant> meaning_of(std::string_view name) const;
  Result<ServedModel> lend(std::string_view name, const Meant& meant, KeepAlive keep_alive);
  Status check_name(const std::string& name) const;
  bool has(const std::string& name) const;
  bool is_model(std::string_view id) const;
  std::uint64_t generation_of(const std::string& adapter) const;

  Open open_;
  ModelPool pool_;
  mutable std::mutex mutex_;  // guards what is below
  std::vector<ModelEntry> models_;
  std::map<std::string, Adapter, std::less<>> adapters_;
  std::map<std::string, AliasEntry, std::less<>> aliases_;
  std::set<std::string, std::less<>> foreign_;
  std::map<std::string, std::shared_ptr<Lane>> lanes_;  // by model
  LaneLimits lane_limits_;
  std::uint64_t last_generation_ = 0;
};

}  // namespace ashlar::server
