// A training batch of any space, for tests of the network that is trained.
#pragma once

#include <numeric>
#include <optional>

#include "base/random.h"
#include "condition/condition.h"
#include "space/space.h"
#include "train/batch.h"

namespace dinas {

/// States with and without masks, conditions open and bounded, targets that are distributions,
/// weights some of which are zero; every graph at `time` or, without it, at one of its own.
inline TrainBatch random_train_batch(const Skeleton& skeleton, std::size_t metrics,
                                     std::size_t graphs, std::optional<float> time = {}) {
  TrainBatch batch;
  batch.graphs = graphs;
  RandomStream stream(5, Purpose::kCheck);
  const auto uniform = [&] { return static_cast<float>(stream.uniform()); };
  for (std::size_t g = 0; g < graphs; ++g) {
    batch.times.push_back(time ? *time : uniform());
    for (std::size_t k = 0; k < metrics; ++k) {
      batch.conditions.push_back(stream.below(3) == 0 ? kOpen : -8.0F * uniform());
    }
    for (const Variable& v : skeleton.variables) {
      const auto size = static_cast<std::uint32_t>(v.size());
      batch.states.push_back(
          static_cast<std::uint8_t>(stream.below(2) == 0 ? size : stream.below(size)));
      batch.weights.push_back(stream.below(3) == 0 ? 0.0F : uniform());
      for (std::uint32_t k = 0; k < size; ++k) batch.targets.push_back(uniform());
      const auto first = batch.targets.end() - static_cast<std::ptrdiff_t>(size);
      const float sum = std::accumulate(first, batch.targets.end(), 0.0F);
      for (auto it = first; it != batch.targets.end(); ++it) *it /= sum;
    }
  }
  return batch;
}

}  // namespace dinas
