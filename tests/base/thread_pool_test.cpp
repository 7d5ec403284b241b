// Every task runs once, whoever runs it, and a thread that computes keeps denormals.
#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <sched.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include <atomic>
#include <cfenv>
#include <thread>
#include <vector>

namespace ashlar::base {
namespace {

TEST(ThreadPool, RunsEveryTaskOnce) {
  for (const unsigned threads : {1u, 2u, 5u}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.size(), threads);
    for (const std::size_t count : {0ul, 1ul, 2ul, 1000ul}) {
      std::vector<std::atomic<int>> runs(count);
      pool.run(count, [&](std::size_t task, unsigned worker) {
        ASSERT_LT(worker, threads);
        ++runs[task];
      });
      for (const auto& n : runs) EXPECT_EQ(n, 1);
    }
  }
}

TEST(ThreadPool, DealsEveryTaskOnceToNeighbours) {
  ThreadPool pool(3);
  std::size_t next = 0;
  for (unsigned worker = 0; worker < 3; ++worker) {
    const auto [first, last] = pool.dealt(10, worker);
    EXPECT_EQ(first, next);
    EXPECT_GE(last - first, 3u);
    next = last;
  }
  EXPECT_EQ(next, 10u);
}

TEST(ThreadPool, ManyShortRunsDontHangOrMix) {
  ThreadPool pool(4);
  std::atomic<std::size_t> sum = 0;
  for (std::size_t round = 0; round < 5000; ++round)
    pool.run(4, [&](std::size_t task, unsigned) { sum += task; });
  EXPECT_EQ(sum, 5000u * 6);
}

#if defined(__x86_64__)
TEST(ThreadPool, TasksRunWithoutFlushToZero) {
  ThreadPool pool(3);
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);  // a caller with FTZ and DAZ set
  std::atomic<int> flushed = 0;
  pool.run(64, [&](std::size_t, unsigned) {
    if (_mm_getcsr() & 0x8040) ++flushed;
  });
  EXPECT_EQ(flushed, 0);
  EXPECT_EQ(_mm_getcsr() & 0x8040u, 0x8040u);  // the caller's own mode comes back
  _mm_setcsr(before);
}
#endif

// Half of a last place and a bit more: up when rounding to the nearest, lost when rounding down.
float one_and_more() {
  volatile float one = 1, more = 0x1.8p-24f;
  return one + more;
}

TEST(ThreadPool, TasksRoundToNearestWhateverTheCallerDoes) {
  ThreadPool pool(3);
  std::fesetround(FE_DOWNWARD);
  std::atomic<int> down = 0;
  pool.run(64, [&](std::size_t, unsigned) {
    if (one_and_more() == 1) ++down;
  });
  EXPECT_EQ(down, 0);
  EXPECT_EQ(one_and_more(), 1);  // the caller's own mode comes back
  std::fesetround(FE_TONEAREST);
}

// How many processors the calling thread may use.
int processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  EXPECT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  return CPU_COUNT(&set);
}

TEST(ThreadPool, WorkersStayWhereThereIsAProcessorForEach) {
  const int all = processors();
  if (all < 2) GTEST_SKIP() << "one processor";
  for (const int threads : {all, all + 1}) {
    ThreadPool pool(static_cast<unsigned>(threads));
    std::atomic<int> arrived = 0;
    std::vector<int> may_use(static_cast<std::size_t>(threads));
    pool.run(may_use.size(), [&](std::size_t, unsigned worker) {
      may_use[worker] = processors();
      for (++arrived; arrived < threads;) std::this_thread::yield();  // so that each takes one
    });
    EXPECT_EQ(may_use[0], all) << "the caller's thread is its own";
    for (std::size_t worker = 1; worker < may_use.size(); ++worker)
      EXPECT_EQ(may_use[worker], threads == all ? 1 : all);
  }
}

TEST(AvailableThreads, IsAtLeastOne) {
  EXPECT_GE(available_threads(), 1u);
}

}  // namespace
}  // namespace ashlar::base
