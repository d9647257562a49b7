#include "study/best.h"

#include <algorithm>
#include <functional>

#include "baseline/worth.h"
#include "study/definition.h"

namespace dinas {
namespace {

struct Candidate {
  std::size_t index = 0;
  std::vector<double> objectives;  // higher is better
};

// At least as good everywhere; of equals, whoever comes first in the order below.
bool covers(const Candidate& a, const Candidate& b) {
  return std::ranges::equal(a.objectives, b.objectives, std::greater_equal<>());
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
    if (is_feasible(task, history[i]))
      candidates.push_back({i, oriented_objectives(task, history[i])});
  }
  // Whoever covers a candidate comes before it.
  std::ranges::stable_sort(candidates, std::ranges::greater(), &Candidate::objectives);
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
