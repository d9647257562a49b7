#include "baseline/run.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "baseline/worth.h"

namespace dinas {

SearchRun run_search(SearchMethod& method, const Evaluator& evaluator, std::uint64_t budget) {
  if (budget == 0) throw UsageError("expected at least 1 evaluation for a search, found 0");
  SearchRun run;
  while (run.history.size() < budget) {
    const std::size_t count = std::min<std::size_t>(method.batch(), budget - run.history.size());
    const auto start = std::chrono::steady_clock::now();
    std::vector<Architecture> proposed = method.propose(run.history, count);
    run.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (proposed.empty()) break;
    for (Architecture& architecture : proposed) {
      auto values = evaluator(architecture);
      const auto state = values ? Observation::State::kDone : Observation::State::kFailed;
      run.history.push_back(
          {std::move(architecture), state, values ? *std::move(values) : std::vector<double>{}});
    }
  }
  return run;
}

const Observation* best_result(const SearchTask& task, const History& history) {
  const Observation* best = nullptr;
  double value = 0.0;
  for (const Observation& o : history) {
    if (!is_result(task, o) || violation(task, o.values) > 0.0) continue;
    const double here = oriented_objectives(task, o).front();
    if (best != nullptr && here <= value) continue;
    best = &o;
    value = here;
  }
  return best;
}

}  // namespace dinas
