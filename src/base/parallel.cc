#include "base/parallel.h"

#include <sched.h>

#include <algorithm>

namespace dinas {

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

ThreadTeam::ThreadTeam(int threads) {
  try {
    for (int w = 1; w < threads; ++w) others_.emplace_back([this, w] { wait_for_work(w); });
  } catch (...) {  // a thread that cannot be started: the others must not wait for ever
    over_ = true;
    ++call_;
    call_.notify_all();
    throw;
  }
}

ThreadTeam::~ThreadTeam() {
  over_ = true;
  ++call_;
  call_.notify_all();
}

void ThreadTeam::run(std::size_t items, const ParallelWork& work) {
  work_ = &work;
  items_ = items;
  next_ = 0;
  failure_ = nullptr;
  busy_ = static_cast<int>(others_.size());
  ++call_;
  call_.notify_all();
  take_items(0);
  for (int busy = busy_; busy > 0; busy = busy_) busy_.wait(busy);
  if (failure_) std::rethrow_exception(failure_);
}

void ThreadTeam::wait_for_work(int worker) {
  for (std::uint64_t call = 1;; ++call) {
    call_.wait(call - 1);
    if (over_) return;
    take_items(worker);
    if (--busy_ == 0) busy_.notify_one();
  }
}

void ThreadTeam::take_items(int worker) {
  try {
    for (std::size_t i = next_++; i < items_; i = next_++) (*work_)(i, worker);
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
    next_ = items_;
  }
}

void parallel_for(std::size_t items, int threads, const ParallelWork& work) {
  ThreadTeam team(static_cast<int>(
      std::min<std::size_t>(items, static_cast<std::size_t>(std::max(1, threads)))));
  team.run(items, work);
}

}  // namespace dinas
