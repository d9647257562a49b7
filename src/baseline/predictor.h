// Search by a Gaussian process that ranks all that can be asked.
#pragma once

#include <cstdint>
#include <memory>

#include "baseline/method.h"
#include "baseline/surrogate.h"

namespace dinas {

struct PredictorOptions {
  SurrogateOptions surrogate;
  std::size_t initial = 20;  // random architectures before anything is predicted
  std::size_t batch = 5;
};

/// The pinned baseline: one-hot features of the values and of their pairs, weighed against each
/// other and against noise by the likelihood; upper confidence bound of one deviation.
PredictorOptions pinned_predictor();

/// What pays at 30 to 100 evaluations on NAS-Bench-201: fewer random ones to start, a decision
/// after every result, and two deviations of an exponential kernel of the Hamming distance.
PredictorOptions eager_predictor();

/// Ranks the task's pool, or where there is none 10,000 random architectures, drawn anew every
/// time, and the neighbours of the best ones evaluated. The task is copied.
std::unique_ptr<SearchMethod> make_predictor(const SearchTask& task, PredictorOptions options,
                                             std::uint64_t seed);

}  // namespace dinas
