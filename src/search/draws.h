// Architectures for a search out of a generator that was trained before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "baseline/task.h"
#include "model/model.h"

namespace dinas {

/// Drawn from a model of the task's space, with the bounds of the task that it knows: the top 1 %
/// of every objective, every limit as it stands; what it does not know stays open. Mask noise
/// throughout. Valid, with repetitions; what the task may not ask is left out. Depends on the
/// arguments alone. Throws UsageError for a model of another space, of the paper profile, of
/// another noise, or that knows no metric of the task.
std::vector<Architecture> draw_from_model(const Model& model, const SearchTask& task,
                                          std::size_t count, std::uint64_t seed);

}  // namespace dinas
