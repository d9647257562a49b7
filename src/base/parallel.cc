#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace dinas {

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallel_for(std::size_t items, int threads,
                  const std::function<void(std::size_t, int)>& work) {
  const int used = static_cast<int>(
      std::min<std::size_t>(items, static_cast<std::size_t>(std::max(1, threads))));
  if (used <= 1) {
    for (std::size_t i = 0; i < items; ++i) work(i, 0);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto run = [&](int worker) {
    try {
      for (std::size_t i = next++; i < items; i = next++) work(i, worker);
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
      next = items;
    }
  };
  std::vector<std::jthread> pool;  // joined even if a thread cannot be started
  for (int w = 1; w < used; ++w) pool.emplace_back(run, w);
  run(0);
  pool.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace dinas
