// Work on a range of items with a fixed number of threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dinas {

/// Number of processors this process may use, at least 1.
int available_threads();

/// What to do with one item; worker in [0, threads).
using ParallelWork = std::function<void(std::size_t item, int worker)>;

/// Threads that wait for work together, for callers with many short pieces of it: to wake a thread
/// is far quicker than to start one, above all where other programs want the processors too.
class ThreadTeam {
 public:
  /// The caller of `run` is one of the threads; below 1 counts as 1.
  explicit ThreadTeam(int threads);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  [[nodiscard]] int threads() const { return static_cast<int>(others_.size()) + 1; }

  /// Calls work(item, worker) once for every item in [0, items). Which worker gets an item is not
  /// fixed, so results must depend on the item alone. The first exception thrown is rethrown here
  /// after all threads have stopped. One call at a time.
  void run(std::size_t items, const ParallelWork& work);

 private:
  void wait_for_work(int worker);
  void take_items(int worker);

  std::atomic<std::uint64_t> call_{0};  // counts the calls of `run`; wakes the others
  std::atomic<int> busy_{0};            // of the others; wakes the caller
  std::atomic<bool> over_{false};

  const ParallelWork* work_ = nullptr;  // of this call
  std::size_t items_ = 0;
  std::atomic<std::size_t> next_{0};
  std::exception_ptr failure_;
  std::mutex failure_mutex_;
  std::vector<std::jthread> others_;  // last: they end before what they use does
};

/// The same with threads of its own, no more than there are items.
void parallel_for(std::size_t items, int threads, const ParallelWork& work);

}  // namespace dinas
