#include "base/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace dinas {
namespace {

TEST(AvailableThreads, IsAtLeastOne) { EXPECT_GE(available_threads(), 1); }

TEST(ParallelFor, EveryItemOnceForAnyNumberOfThreads) {
  for (const int threads : {-1, 0, 1, 2, 3, 8}) {
    for (const std::size_t items :
         {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{1000}}) {
      std::vector<std::atomic<int>> calls(items);
      std::atomic<bool> worker_in_range{true};
      parallel_for(items, threads, [&](std::size_t item, int worker) {
        ++calls[item];
        if (worker < 0 || worker >= std::max(threads, 1)) worker_in_range = false;
      });
      for (const auto& count : calls) ASSERT_EQ(count, 1);
      EXPECT_TRUE(worker_in_range);
    }
  }
}

// Two items that wait for each other can only end if two workers have them at once.
TEST(ParallelFor, WorkersRunAtTheSameTimeUnderTheirOwnNumbers) {
  std::atomic<int> arrived{0};
  std::vector<int> workers(2, -1);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  parallel_for(2, 2, [&](std::size_t item, int worker) {
    workers[item] = worker;
    ++arrived;
    while (arrived < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  });
  EXPECT_EQ(std::set<int>(workers.begin(), workers.end()), (std::set<int>{0, 1}));
}

TEST(ParallelFor, AnExceptionIsRethrownAndEndsTheWork) {
  for (const int threads : {1, 2, 4}) {
    std::atomic<int> calls{0};
    try {
      parallel_for(1000000, threads, [&](std::size_t item, int) {
        ++calls;
        if (item == 10) throw std::runtime_error("item ten");
      });
      FAIL() << "no exception with " << threads << " threads";
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()), "item ten");
    }
    if (threads == 1) {
      EXPECT_EQ(calls, 11);
    }
  }
}

TEST(ParallelFor, OfSeveralExceptionsOneArrives) {
  EXPECT_THROW(parallel_for(100, 4, [](std::size_t, int) { throw std::runtime_error("each"); }),
               std::runtime_error);
}

// Each call has work of its own, and one that failed leaves nothing behind.
TEST(ThreadTeam, WorksCallAfterCall) {
  ThreadTeam team(3);
  EXPECT_EQ(team.threads(), 3);
  for (std::size_t call = 0; call < 2000; ++call) {
    const std::size_t items = call % 7;
    std::vector<std::atomic<int>> calls(items);
    team.run(items, [&](std::size_t item, int) { ++calls[item]; });
    for (const auto& count : calls) ASSERT_EQ(count, 1) << "call " << call;
    if (call % 100 > 0) continue;
    EXPECT_THROW(team.run(5, [](std::size_t, int) { throw std::runtime_error("each"); }),
                 std::runtime_error);
  }
}

}  // namespace
}  // namespace dinas
