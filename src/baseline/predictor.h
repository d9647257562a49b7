// Search by a Gaussian process that ranks all that can be asked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "baseline/candidates.h"
#include "baseline/method.h"
#include "baseline/surrogate.h"

namespace dinas {

/// Architectures to rank where the task lists none: distinct, new, and such as it may ask.
using CandidateSource = std::function<std::vector<Architecture>(
    const History& history, const HistoryIndex& index, RandomStream& stream)>;

struct PredictorOptions {
  std::string name = "predictor";
  SurrogateOptions surrogate;
  std::size_t initial = 20;  // random architectures before anything is predicted
  std::size_t batch = 5;
  std::vector<Architecture> first;  // asked before anything else
  CandidateSource source;           // null: see make_predictor
};

/// The pinned baseline: one-hot features of the values and of their pairs, weighed against each
/// other and against noise by the likelihood; upper confidence bound of one deviation.
PredictorOptions pinned_predictor();

/// What pays at 30 to 100 evaluations (docs/search.md): fewer random ones to start, a decision
/// after every result, two and four deviations in turn, and an exponential kernel over the values
/// as they are or of the effective architecture, alone or with its graph.
PredictorOptions eager_predictor();

/// Ranks the task's pool, or where there is none 10,000 random architectures, drawn anew every
/// time, and the neighbours of the best ones evaluated. The task is copied.
std::unique_ptr<SearchMethod> make_predictor(const SearchTask& task, PredictorOptions options,
                                             std::uint64_t seed);

/// Of the history's results the best ones, at most `count`, the best first.
std::vector<std::size_t> best_results(const SearchTask& task, const History& history,
                                      std::size_t count, RandomStream& stream);

}  // namespace dinas
