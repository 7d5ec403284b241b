#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "base/cgroup.h"

namespace ashlar::base {
namespace {

unsigned affinity_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return std::thread::hardware_concurrency();
  return static_cast<unsigned>(CPU_COUNT(&set));
}

constexpr int kSpins = 2000;  // some tens of microseconds: about the gap between two kernels

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

}  // namespace

unsigned available_threads() {
  const unsigned affinity = std::max(1u, affinity_threads());
  const auto quota = cgroup_limits().cpus;
  if (!quota || *quota >= affinity) return affinity;
  return std::max(1u, static_cast<unsigned>(std::ceil(*quota)));
}

// A run is an epoch: workers wait for the number to change, take tasks until none is left, and
// count themselves out. Waiting spins briefly, then sleeps.
struct ThreadPool::State {
  std::vector<std::thread> workers;
  std::mutex mutex;
  std::condition_variable woken;
  std::atomic<std::uint64_t> epoch{0};
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> next{0};
  std::atomic<unsigned> busy{0};
  std::size_t count = 0;
  const std::function<void(std::size_t, unsigned)>* task = nullptr;

  void take_tasks(unsigned worker) {
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      (*task)(i, worker);
  }

  void wait_for_epoch_after(std::uint64_t seen) {
    for (int spin = 0; spin < kSpins; ++spin) {
      if (epoch.load(std::memory_order_acquire) != seen) return;
      relax();
    }
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return epoch.load(std::memory_order_acquire) != seen; });
  }

  void advance_epoch() {
    {
      std::lock_guard lock(mutex);
      epoch.fetch_add(1, std::memory_order_release);
    }
    woken.notify_all();
  }

  void work(unsigned worker) {
    IeeeScope ieee;
    for (std::uint64_t seen = 0;;) {
      wait_for_epoch_after(seen);
      ++seen;
      if (stopping.load()) return;
      take_tasks(worker);
      busy.fetch_sub(1, std::memory_order_release);
    }
  }
};

ThreadPool::ThreadPool(unsigned threads) : state_(std::make_unique<State>()) {
  for (unsigned worker = 1; worker < std::max(1u, threads); ++worker)
    state_->workers.emplace_back([state = state_.get(), worker] { state->work(worker); });
}

ThreadPool::~ThreadPool() {
  state_->stopping = true;
  state_->advance_epoch();
  for (std::thread& worker : state_->workers) worker.join();
}

unsigned ThreadPool::size() const {
  return static_cast<unsigned>(state_->workers.size()) + 1;
}

void ThreadPool::run(std::size_t count, const std::function<void(std::size_t, unsigned)>& task) {
  IeeeScope ieee;
  State& s = *state_;
  if (s.workers.empty() || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) task(i, 0);
    return;
  }
  s.count = count;
  s.task = &task;
  s.next.store(0, std::memory_order_relaxed);
  s.busy.store(static_cast<unsigned>(s.workers.size()), std::memory_order_relaxed);
  s.advance_epoch();
  s.take_tasks(0);
  for (int spin = 0; s.busy.load(std::memory_order_acquire) != 0; ++spin)
    spin < kSpins ? relax() : std::this_thread::yield();
}

#if defined(__x86_64__)
IeeeScope::IeeeScope() : saved_(_mm_getcsr()) {
  constexpr unsigned kDefault = 0x1F80;  // exceptions masked, nearest, no FTZ, no DAZ
  _mm_setcsr(kDefault);
}
IeeeScope::~IeeeScope() {
  _mm_setcsr(saved_);
}
#else
IeeeScope::IeeeScope() : saved_(0) {}
IeeeScope::~IeeeScope() {
  static_cast<void>(saved_);
}
#endif

}  // namespace ashlar::base
