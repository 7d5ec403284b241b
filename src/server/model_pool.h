// Models that are open: loaded when first asked for, shared by who asks, let go when nobody has
// asked for long or another needs the memory. Knows nothing of names beyond their being different.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "llm/llm.h"

namespace ashlar::server {

struct PoolOptions {
  std::size_t most_models = 0;   // open at once; 0: any number
  std::uint64_t most_bytes = 0;  // that open models may take together; 0: no limit
  std::optional<std::chrono::milliseconds> keep_alive = {};  // since the last use; none: for ever
};

// How a model comes to be open.
struct Opening {
  std::uint64_t bytes = 0;  // that it will take
  std::function<Result<std::unique_ptr<llm::Llm>>()> open;
};

struct PoolEntry {
  std::string id;
  bool open = false;
  std::uint64_t bytes = 0;
  std::size_t uses = 0;                                             // requests that hold it
  std::optional<std::chrono::system_clock::time_point> until = {};  // it is let go, unless used
};

// From any thread.
class ModelPool {
 public:
  explicit ModelPool(PoolOptions options);
  // Closes all, those in use too.
  ~ModelPool();

  void add(const std::string& id, Opening opening);
  // No more is lent; closed when the last user gives it back.
  void remove(const std::string& id);

  // The model, opened where it isn't, which those who want it wait for. While it is held it stays
  // open. Of models that nobody holds the one unused for longest makes room. Errors: opening's;
  // exhausted, where those in use leave no room; not_found.
  Result<std::shared_ptr<llm::Llm>> lend(const std::string& id,
                                         std::optional<std::chrono::milliseconds> keep_alive = {});

  // Closes it once nobody holds it; it is opened again when asked for.
  Status close(const std::string& id);

  std::vector<PoolEntry> list() const;
  // Those that are open, by id. To hold one is no use of it that keeps it alive.
  std::vector<std::pair<std::string, std::shared_ptr<llm::Llm>>> look() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ashlar::server
