#include "server/model_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace ashlar::server {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Model = std::unique_ptr<llm::Llm>;

struct Slot {
  std::string id;
  Opening opening;
  Model model = {};
  std::size_t uses = 0;
  bool opening_now = false, removed = false, close_when_unused = false;
  std::optional<std::chrono::milliseconds> keep_alive = {};
  SteadyClock::time_point last_use = {};

  bool takes_room() const { return model != nullptr || opening_now; }
  std::optional<SteadyClock::time_point> end() const {
    if (!model || uses > 0) return std::nullopt;
    if (close_when_unused || removed) return last_use;
    if (!keep_alive) return std::nullopt;
    return last_use + *keep_alive;
  }
};

}  // namespace

struct ModelPool::State : std::enable_shared_from_this<ModelPool::State> {
  explicit State(PoolOptions from) : options(from) {}

  const PoolOptions options;
  mutable std::mutex mutex;  // guards what is below
  std::condition_variable changed;
  std::list<Slot> slots;  // a slot that somebody holds stays where it is
  bool stopping = false;
  std::thread janitor;

  Slot* find(const std::string& id);
  bool has_room_for(const Slot& slot) const;
  Slot* least_recent();
  Status make_room(Slot& slot, std::vector<Model>& closed);
  Status open(Slot& slot, std::unique_lock<std::mutex>& lock);
  std::shared_ptr<llm::Llm> lend(Slot& slot, bool is_use);
  void give_back(Slot& slot, bool was_use);
  void tidy();
};

Slot* ModelPool::State::find(const std::string& id) {
  const auto it =
      std::ranges::find_if(slots, [&](const Slot& slot) { return slot.id == id && !slot.removed; });
  return it == slots.end() ? nullptr : &*it;
}

bool ModelPool::State::has_room_for(const Slot& slot) const {
  std::size_t count = 1;
  std::uint64_t bytes = slot.opening.bytes;
  for (const Slot& each : slots)
    if (each.takes_room()) {
      ++count;
      bytes += each.opening.bytes;
    }
  return (options.most_models == 0 || count <= options.most_models) &&
         (options.most_bytes == 0 || bytes <= options.most_bytes);
}

Slot* ModelPool::State::least_recent() {
  Slot* least = nullptr;
  for (Slot& each : slots)
    if (each.model && each.uses == 0 && (!least || each.last_use < least->last_use)) least = &each;
  return least;
}

Status ModelPool::State::make_room(Slot& slot, std::vector<Model>& closed) {
  while (!has_room_for(slot)) {
    Slot* least = least_recent();
    if (!least)
      return fail(ErrorKind::exhausted,
                  fmt::format("no room to open model '{}' of {} MB beside those in use", slot.id,
                              slot.opening.bytes / 1'000'000),
                  "/model", "try again later, or raise max_loaded_models or model_memory_mb");
    closed.push_back(std::move(least->model));
  }
  return {};
}

// Opens without the lock, in which time others may wait for it.
Status ModelPool::State::open(Slot& slot, std::unique_lock<std::mutex>& lock) {
  std::vector<Model> closed;
  ASHLAR_TRY(make_room(slot, closed));
  slot.opening_now = true;
  ++slot.uses;  // so it stays where it is
  lock.unlock();
  closed.clear();
  auto model = slot.opening.open();
  lock.lock();
  --slot.uses;
  slot.opening_now = false;
  changed.notify_all();
  if (!model) return tl::unexpected(std::move(model.error()));
  slot.model = std::move(*model);
  slot.keep_alive = options.keep_alive;
  slot.close_when_unused = false;
  return {};
}

std::shared_ptr<llm::Llm> ModelPool::State::lend(Slot& slot, bool is_use) {
  ++slot.uses;
  return {slot.model.get(),
          [self = shared_from_this(), &slot, is_use](llm::Llm*) { self->give_back(slot, is_use); }};
}

void ModelPool::State::give_back(Slot& slot, bool was_use) {
  const std::scoped_lock lock(mutex);
  --slot.uses;
  if (was_use) slot.last_use = SteadyClock::now();
  changed.notify_all();
}

// Closes what has outlived its use, on a thread of its own: never on that of an engine, which would
// wait for itself.
void ModelPool::State::tidy() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    std::optional<SteadyClock::time_point> next;
    std::vector<Model> closed;
    for (auto slot = slots.begin(); slot != slots.end();) {
      const auto end = slot->end();
      if (end && *end <= SteadyClock::now())
        closed.push_back(std::move(slot->model));
      else if (end && (!next || *end < *next))
        next = end;
      const bool gone = slot->removed && slot->uses == 0 && !slot->model;
      slot = gone ? slots.erase(slot) : std::next(slot);
    }
    if (!closed.empty()) {
      lock.unlock();
      closed.clear();
      lock.lock();
      continue;
    }
    if (next)
      changed.wait_until(lock, *next);
    else
      changed.wait(lock);
  }
}

ModelPool::ModelPool(PoolOptions options) : state_(std::make_shared<State>(options)) {
  state_->janitor = std::thread([state = state_.get()] { state->tidy(); });
}

ModelPool::~ModelPool() {
  std::vector<Model> closed;
  {
    const std::scoped_lock lock(state_->mutex);
    state_->stopping = true;
    for (Slot& slot : state_->slots) closed.push_back(std::move(slot.model));
    state_->changed.notify_all();
  }
  state_->janitor.join();
}

void ModelPool::add(const std::string& id, Opening opening) {
  const std::scoped_lock lock(state_->mutex);
  state_->slots.push_back({.id = id, .opening = std::move(opening)});
}

void ModelPool::remove(const std::string& id) {
  const std::scoped_lock lock(state_->mutex);
  if (Slot* slot = state_->find(id)) slot->removed = true;
  state_->changed.notify_all();
}

Result<std::shared_ptr<llm::Llm>> ModelPool::lend(
    const std::string& id, std::optional<std::chrono::milliseconds> keep_alive) {
  std::unique_lock lock(state_->mutex);
  Slot* slot = state_->find(id);
  while (slot && slot->opening_now) {
    state_->changed.wait(lock);
    slot = state_->find(id);
  }
  if (!slot) return fail(ErrorKind::not_found, fmt::format("no model '{}'", id), "/model", "");
  if (!slot->model) ASHLAR_TRY(state_->open(*slot, lock));
  if (keep_alive) slot->keep_alive = keep_alive->count() < 0 ? std::nullopt : keep_alive;
  return state_->lend(*slot, true);
}

std::vector<std::pair<std::string, std::shared_ptr<llm::Llm>>> ModelPool::look() const {
  std::vector<std::pair<std::string, std::shared_ptr<llm::Llm>>> open;
  const std::scoped_lock lock(state_->mutex);
  for (Slot& slot : state_->slots)
    if (slot.model) open.emplace_back(slot.id, state_->lend(slot, false));
  return open;
}

Status ModelPool::close(const std::string& id) {
  const std::scoped_lock lock(state_->mutex);
  Slot* slot = state_->find(id);
  if (!slot) return fail(ErrorKind::not_found, fmt::format("no model '{}'", id), "/model", "");
  slot->close_when_unused = true;
  state_->changed.notify_all();
  return {};
}

std::vector<PoolEntry> ModelPool::list() const {
  const std::scoped_lock lock(state_->mutex);
  std::vector<PoolEntry> entries;
  for (const Slot& slot : state_->slots) {
    if (slot.removed) continue;
    PoolEntry entry{slot.id, slot.model != nullptr, slot.opening.bytes, slot.uses};
    if (slot.model && slot.keep_alive)
      entry.until = std::chrono::system_clock::now() +
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(
                        (slot.uses > 0 ? SteadyClock::now() : slot.last_use) + *slot.keep_alive -
                        SteadyClock::now());
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace ashlar::server
