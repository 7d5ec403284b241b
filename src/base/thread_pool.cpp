#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include "base/cgroup.h"
#include "base/processor.h"

namespace ashlar::base {
namespace {

unsigned affinity_threads() {
  const auto cpus = static_cast<unsigned>(allowed_cpus().size());
  return cpus ? cpus : std::thread::hardware_concurrency();
}

// Keeps the calling thread where its caches are. Where that is refused it wanders, as before.
void stay_on(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  static_cast<void>(::sched_setaffinity(0, sizeof set, &set));
}

constexpr int kSpins = 2000;  // some tens of microseconds: about the gap between two kernels

// Spins as long as a gap between two kernels may last, then sleeps until `value` isn't `seen`.
template <class T>
void wait_while(const std::atomic<T>& value, T seen) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (value.load(std::memory_order_acquire) != seen) return;
    relax();
  }
  while (value.load(std::memory_order_acquire) == seen) value.wait(seen, std::memory_order_acquire);
}

// A thread's stretch of tasks, on a cache line of its own.
struct alignas(64) Stretch {
  std::atomic<std::size_t> next{0};
  std::size_t end = 0;
};

}  // namespace

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  return cpus;
}

unsigned available_threads() {
  const unsigned affinity = std::max(1u, affinity_threads());
  const auto quota = cgroup_limits().cpus;
  if (!quota || *quota >= affinity) return affinity;
  return std::max(1u, static_cast<unsigned>(std::ceil(*quota)));
}

// A run is an epoch: workers wait for the number to change, take tasks until none is left, and
// count themselves out.
struct ThreadPool::State {
  std::vector<int> cpus;  // where each thread stays; empty: anywhere
  std::vector<std::thread> workers;
  std::vector<Stretch> stretches;  // of the caller, then of each worker
  std::atomic<std::uint32_t> epoch{0};
  std::atomic<unsigned> busy{0};
  std::atomic<bool> stopping{false};
  const std::function<void(std::size_t, unsigned)>* task = nullptr;

  void take_tasks(unsigned worker) {
    const std::size_t threads = stretches.size();
    for (std::size_t turn = 0; turn < threads; ++turn) {
      Stretch& stretch = stretches[(worker + turn) % threads];
      for (std::size_t i; (i = stretch.next.fetch_add(1, std::memory_order_relaxed)) < stretch.end;)
        (*task)(i, worker);
    }
  }

  void advance_epoch() {
    epoch.fetch_add(1, std::memory_order_release);
    epoch.notify_all();
  }

  void work(unsigned worker) {
    IeeeScope ieee;
    if (!cpus.empty()) stay_on(cpus[worker]);
    for (std::uint32_t seen = 0;; ++seen) {
      wait_while(epoch, seen);
      if (stopping.load()) return;
      take_tasks(worker);
      if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) busy.notify_one();
    }
  }
};

ThreadPool::ThreadPool(unsigned threads) : state_(std::make_unique<State>()) {
  const unsigned count = std::max(1u, threads);
  state_->stretches = std::vector<Stretch>(count);
  std::vector<int> cpus = allowed_cpus();
  if (cpus.size() == count) state_->cpus = std::move(cpus);
  for (unsigned worker = 1; worker < count; ++worker)
    state_->workers.emplace_back([state = state_.get(), worker] { state->work(worker); });
}

ThreadPool::~ThreadPool() {
  state_->stopping = true;
  state_->advance_epoch();
  for (std::thread& worker : state_->workers) worker.join();
}

unsigned ThreadPool::size() const {
  return static_cast<unsigned>(state_->stretches.size());
}

std::pair<std::size_t, std::size_t> ThreadPool::dealt(std::size_t count, unsigned worker) const {
  return {count * worker / size(), count * (worker + 1) / size()};
}

void ThreadPool::run(std::size_t count, const std::function<void(std::size_t, unsigned)>& task) {
  IeeeScope ieee;
  State& s = *state_;
  if (s.workers.empty() || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) task(i, 0);
    return;
  }
  s.task = &task;
  for (unsigned worker = 0; worker < size(); ++worker) {
    const auto [first, last] = dealt(count, worker);
    s.stretches[worker].next.store(first, std::memory_order_relaxed);
    s.stretches[worker].end = last;
  }
  s.busy.store(static_cast<unsigned>(s.workers.size()), std::memory_order_relaxed);
  s.advance_epoch();
  s.take_tasks(0);
  for (unsigned left; (left = s.busy.load(std::memory_order_acquire)) != 0;)
    wait_while(s.busy, left);
}

}  // namespace ashlar::base
