#include "study/known_evaluator.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace dinas {

std::vector<Finished> KnownEvaluator::wait(double) {
  std::vector<Finished> result;
  for (Ticket& ticket : std::exchange(started_, {})) {
    Answer found = answer(ticket.architecture);
    result.push_back({std::move(ticket), std::move(found)});
  }
  return result;
}

Answer KnownEvaluator::answer(const Architecture& architecture) const {
  const auto values = known_.evaluator(architecture);
  Answer answer;
  for (std::size_t k = 0; k < known_.task.metrics.size(); ++k) {
    const SearchMetric& metric = known_.task.metrics[k];
    if (metric.computed) continue;
    if (!values || std::isnan((*values)[k])) {
      answer.values.clear();
      answer.failure = Failure{Failure::Kind::kMissingMetric,
                               fmt::format("the table has no '{}' for it", metric.spec.name)};
      break;
    }
    answer.values[metric.spec.name] = (*values)[k];
  }
  return answer;
}

}  // namespace dinas
