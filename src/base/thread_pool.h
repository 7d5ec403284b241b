// A fixed pool of threads for work that is split over outputs. What a task computes never depends
// on which thread runs it, nor on how many there are.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace ashlar::base {

// The processors that this process may run on; none where the system doesn't say.
std::vector<int> allowed_cpus();

// The smaller of the affinity mask and the cgroup quota (rounded up), at least 1.
unsigned available_threads();

// Where there is a thread for every processor that the process may use, each worker stays on one of
// them; the caller, who is thread 0, goes where the system puts it.
class ThreadPool {
 public:
  explicit ThreadPool(unsigned threads = available_threads());
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned size() const;

  // The tasks [first, last) of `count` that run() deals to a worker; once it has done them it helps
  // the others.
  std::pair<std::size_t, std::size_t> dealt(std::size_t count, unsigned worker) const;

  // Runs task(0) … task(count - 1), each once, on the pool's threads and the caller's; returns when
  // all are done. Every thread has a stretch of neighbouring tasks, so that it reads memory as one
  // stream, and then helps the others. Not reentrant: a task must not call run(). One caller at a
  // time. `worker` is below size() and is the caller's to index scratch memory with.
  void run(std::size_t count, const std::function<void(std::size_t task, unsigned worker)>& task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// For a thread that computes: round to nearest, denormals kept (DESIGN: sameness). Restores the
// former mode at the end of the scope.
class IeeeScope {
 public:
  IeeeScope();
  ~IeeeScope();

 private:
  unsigned saved_;
};

}  // namespace ashlar::base
