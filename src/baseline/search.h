// Searches that results are compared with: random search, regularised evolution, local search.
//
// All of them count the same way: an evaluation is a distinct architecture the objective knows.
// Nothing is evaluated twice, revisits are free, and architectures without a score cost nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "baseline/objective.h"

namespace dinas {

struct SearchOptions {
  std::uint64_t evaluations = 1;  // budget, >= 1
  std::uint64_t seed = 0;
  std::uint32_t run = 0;  // repeat; the searches of one (seed, run) start from the same draws
};

struct Evaluated {
  Architecture architecture;
  Score score;
};

struct SearchResult {
  std::vector<Evaluated> evaluated;  // distinct, in order, at most the budget

  /// The first of the best ones; nullptr when nothing was evaluated.
  [[nodiscard]] const Evaluated* best() const;
};

/// Every search ends early after this many proposals in a row that were no new evaluation: then
/// the known part of the space is as good as exhausted.
inline constexpr std::uint64_t kIdleProposals = 100'000;

/// Uniform draws from the skeleton. Throws UsageError for a budget of 0, as do the others.
SearchResult random_search(const Skeleton& skeleton, const Objective& objective,
                           const SearchOptions& options);

/// Ageing evolution (Real et al., AAAI 2019): population min(50, evaluations / 4), the parent is
/// the best of 10 members drawn with replacement, the child differs in one variable and replaces
/// the oldest member.
SearchResult regularised_evolution(const Skeleton& skeleton, const Objective& objective,
                                   const SearchOptions& options);

/// Hill climbing over all changes of one variable, from the best of 10 random draws; it moves to
/// the first improvement in a random order and restarts from a random draw at a local optimum.
SearchResult local_search(const Skeleton& skeleton, const Objective& objective,
                          const SearchOptions& options);

}  // namespace dinas
