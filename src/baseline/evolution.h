// Regularised evolution.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "baseline/method.h"

namespace dinas {

/// The defaults are the best of a sweep at budgets of 50 to 100 on NAS-Bench-201 (population 10 to
/// 50, sample 3 to 10); Real et al. use a population of 100 and a sample of 25 at 20,000
/// evaluations.
struct EvolutionOptions {
  std::size_t population = 15;  // the first ones are random; >= 1
  std::size_t sample = 10;      // members that a parent is the best of, drawn with replacement
};

/// Ageing evolution (Real et al., AAAI 2019): the population are the last results of the history,
/// the parent is the best of a sample of it, the child differs in one variable. A child that is
/// known already costs nothing and another one is made. Several objectives are made one by random
/// weights, anew for every child. The task is copied.
std::unique_ptr<SearchMethod> make_evolution(const SearchTask& task,
                                             const EvolutionOptions& options, std::uint64_t seed);

}  // namespace dinas
