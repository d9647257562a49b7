// A training set for measuring: all of NAS-Bench-201, with labels that mean nothing.
#pragma once

#include <fmt/format.h>

#include <numeric>
#include <utility>
#include <vector>

#include "base/random.h"
#include "space/nasbench201.h"
#include "train/training_set.h"

namespace dinas {

/// Every architecture of the space, labelled on every metric by a random permutation of the ranks.
inline TrainingSet random_training_set(std::size_t metrics) {
  TrainingSet data;
  data.space = make_nasbench201();
  const Skeleton& skeleton = data.space->skeleton();
  const auto rows = static_cast<std::size_t>(data.space->enumerable().value());
  for (std::size_t r = 0; r < rows; ++r)
    data.architectures.push_back(nth_architecture(skeleton, r));
  data.labelled = rows;
  for (const Variable& v : skeleton.variables) {
    const auto size = static_cast<std::size_t>(v.size());
    data.marginals.emplace_back(size, 1.0 / static_cast<double>(size));
  }
  data.labels.metrics = metrics;
  data.labels.classes.resize(rows);
  data.labels.ranks.resize(rows * metrics);
  std::vector<double> values(rows);
  std::iota(values.begin(), values.end(), 1.0);
  for (std::size_t k = 0; k < metrics; ++k) {
    data.metrics.emplace_back(
        MetricSpec{fmt::format("metric{}", k), Direction::kMin, MetricLevel::kCell}, values);
    std::vector<std::uint32_t> ranks(rows);
    std::iota(ranks.begin(), ranks.end(), 1U);
    RandomStream stream(1, Purpose::kCheck, static_cast<std::uint32_t>(k));
    for (std::size_t r = 0; r < rows; ++r) {
      std::swap(ranks[r], ranks[r + stream.below(static_cast<std::uint32_t>(rows - r))]);
      data.labels.ranks[r * metrics + k] = ranks[r];
    }
  }
  return data;
}

}  // namespace dinas
