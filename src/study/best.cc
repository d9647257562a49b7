#include "study/best.h"

#include <algorithm>

#include "study/definition.h"

namespace dinas {
namespace {

// Lower is better.
std::vector<double> costs(const SearchTask& task, const Observation& observation) {
  std::vector<double> result;
  for (std::size_t k = 0; k < task.objectives; ++k) {
    const bool maximise = task.metrics[k].spec.direction == Direction::kMax;
    result.push_back(maximise ? -observation.values[k] : observation.values[k]);
  }
  return result;
}

struct Candidate {
  std::size_t index = 0;
  std::vector<double> costs;
};

// At least as good everywhere; of equals, whoever comes first in the order below.
bool covers(const Candidate& a, const Candidate& b) {
  return std::ranges::equal(a.costs, b.costs, std::less_equal<>());
}

}  // namespace

bool is_feasible(const SearchTask& task, const Observation& observation) {
  return observation.state == Observation::State::kDone &&
         std::ranges::all_of(task.limits, [&](const Limit& limit) {
           return keeps(task, limit, observation.values[limit.metric]);
         });
}

std::vector<std::size_t> best_of(const SearchTask& task, const History& history) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (is_feasible(task, history[i])) candidates.push_back({i, costs(task, history[i])});
  }
  // Whoever covers a candidate comes before it.
  std::ranges::stable_sort(candidates, {}, &Candidate::costs);
  std::vector<Candidate> front;
  for (const Candidate& candidate : candidates) {
    const bool covered = std::ranges::any_of(
        front, [&](const Candidate& other) { return covers(other, candidate); });
    if (!covered) front.push_back(candidate);
  }
  std::vector<std::size_t> result;
  for (const Candidate& candidate : front) result.push_back(candidate.index);
  return result;
}

}  // namespace dinas
