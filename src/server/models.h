// Which models there are, by the names that requests use: models, their adapters, aliases.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "llm/llm.h"
#include "server/lane.h"

namespace ashlar::server {

struct Call;

// What a name stands for at the moment of asking. Who holds it keeps the model open.
struct ServedModel {
  std::string id;  // the name that it was asked by
  std::shared_ptr<llm::Llm> llm;
  std::string adapter = {};  // empty: the model as it is
  std::shared_ptr<Lane> lane = {};
};

struct ModelEntry {
  std::string id;
  std::int64_t created = 0;  // Unix time in seconds
  std::string parent = {};   // of an adapter: its model
};

class Models {
 public:
  // The first name is the model's, others are aliases. REQUIRES: names that aren't taken.
  void add(std::vector<std::string> names, std::shared_ptr<llm::Llm> model,
           std::shared_ptr<Lane> lane, std::int64_t created);

  // The name that a request gave, as its key may use it, noted in its account. An empty one is the
  // first model's. Errors: not_found at /model, with the names that there are; denied.
  Result<ServedModel> find(const Call& call, std::string_view name) const;
  // Those that the request's key may use.
  std::vector<ModelEntry> list(const Call& call) const;

  void set_most_waiting(std::uint64_t most);

 private:
  struct Open {
    std::vector<std::string> names;
    std::shared_ptr<llm::Llm> llm;
    std::shared_ptr<Lane> lane;
    std::int64_t created;
  };
  std::optional<ServedModel> find(std::string_view name) const;

  mutable std::mutex mutex_;  // guards open_
  std::vector<Open> open_;
};

}  // namespace ashlar::server
