// Work on a range of items with a fixed number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace dinas {

/// Number of processors this process may use, at least 1.
int available_threads();

/// Calls `work(item, worker)` once for every item in [0, items), worker in [0, threads). Which
/// worker gets an item is not fixed, so results must depend on the item alone. The first exception
/// thrown is rethrown here after all threads have stopped.
void parallel_for(std::size_t items, int threads,
                  const std::function<void(std::size_t item, int worker)>& work);

}  // namespace dinas
