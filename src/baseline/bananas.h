// BANANAS-like search: a small ensemble of neural networks ranks mutations of the best.
#pragma once

#include <cstdint>
#include <memory>

#include "baseline/method.h"

namespace dinas {

/// After White et al. (AAAI 2021), on the one-hot codes of the variables: 20 random architectures,
/// then batches of 5, for each an ensemble of 3 networks (two hidden layers of 16) is trained anew
/// on all results; candidates are 100 mutations of the 10 best; each choice draws its value of
/// every candidate from the normal distribution of the ensemble's predictions (independent Thompson
/// sampling). Limits that the space does not compute have an ensemble of their own, whose draws
/// say whether they are kept; several objectives are made one by random weights, anew for every
/// batch. The task is copied.
std::unique_ptr<SearchMethod> make_bananas(const SearchTask& task, std::uint64_t seed);

}  // namespace dinas
