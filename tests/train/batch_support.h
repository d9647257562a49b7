// What the tests of training batches share: a small case and what is true of it, counted anew.
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "condition/statistics.h"
#include "support/nan.h"
#include "train/batch.h"

namespace dinas {

inline constexpr std::size_t kVariables = 6;
inline constexpr std::size_t kValues = 5;
inline constexpr std::size_t kTotal = kVariables * kValues;
inline constexpr std::uint8_t kMasked = 5;

inline const std::vector<MetricSpec> kMetrics = {{"accuracy", Direction::kMax, MetricLevel::kCell},
                                                 {"latency", Direction::kMin, MetricLevel::kCell}};

// 500 cells: accuracy has ties and holes, latency other holes, every fifth row has no label.
inline Table small_table() {
  Table table(find_space("nasbench201"));
  Column& accuracy = table.add_column("accuracy", "a.csv");
  Column& latency = table.add_column("latency", "a.csv");
  for (std::uint64_t r = 0; r < 500; ++r) {
    table.add_architecture(nth_architecture(table.space().skeleton(), (r * 997 + 11) % 15625));
    const bool labelled = r % 5 != 0;
    accuracy.values.resize(r + 1, kNaN);
    latency.values.resize(r + 1, kNaN);
    if (labelled && r % 7 != 1) accuracy.values[r] = static_cast<double>(r * 31 % 40);
    if (labelled && r % 7 != 2) latency.values[r] = static_cast<double>(r * 17 % 301);
  }
  return table;
}

// A training set with the tail fractions counted anew from the table, NaN where there is none.
struct Case {
  Table table;
  TrainingSet data;
  std::vector<std::vector<double>> tails;  // [metrics][architectures]

  Case(Table t, const std::vector<MetricSpec>& metrics)
      : table(std::move(t)), data(make_training_set(table, metrics, {})) {
    for (const MetricSpec& spec : metrics) tails.push_back(count_tails(spec));
  }

  [[nodiscard]] std::vector<double> count_tails(const MetricSpec& spec) const {
    const double sign = spec.direction == Direction::kMin ? 1.0 : -1.0;
    std::vector<double> losses;  // smaller is better
    for (const Architecture& a : data.architectures) {
      losses.push_back(sign * table.find_column(spec.name)->values[*table.find(a)]);
    }
    std::vector<double> sorted;
    std::copy_if(losses.begin(), losses.end(), std::back_inserter(sorted),
                 [](double x) { return std::isfinite(x); });
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> result;
    for (const double loss : losses) {
      const auto better = std::upper_bound(sorted.begin(), sorted.end(), loss) - sorted.begin();
      result.push_back(std::isfinite(loss)
                           ? static_cast<double>(better) / static_cast<double>(sorted.size())
                           : kNaN);
    }
    return result;
  }

  [[nodiscard]] bool has_label(std::size_t row) const {
    return std::any_of(tails.begin(), tails.end(),
                       [row](const auto& tail) { return !std::isnan(tail[row]); });
  }

  // Does `row` meet the bounds that the graph of row `drawn` got? The drawn graph does, although
  // the bound is rounded to float.
  [[nodiscard]] bool meets(std::size_t row, std::span<const float> condition,
                           std::size_t drawn) const {
    for (std::size_t k = 0; k < tails.size(); ++k) {
      if (std::isnan(condition[k])) continue;
      const double tau = std::max(std::exp(static_cast<double>(condition[k])), tails[k][drawn]);
      if (std::isnan(tails[k][row]) || tails[k][row] > tau) return false;
    }
    return true;
  }
};

inline const Case& small_case() {
  static const Case made(small_table(), kMetrics);
  return made;
}

inline BatchOptions options_of(Noise noise, std::uint64_t seed, int steps = 500) {
  BatchOptions options;
  options.noise = noise;
  options.seed = seed;
  options.diffusion_steps = steps;
  return options;
}

inline TrainBatch made_batch(const TrainingSet& data, const BatchOptions& options,
                             std::uint64_t step, std::size_t graphs) {
  BatchMaker maker(data, options);
  TrainBatch batch;
  maker.make(step, 0, graphs, batch);
  return batch;
}

// The row behind graph `item`: pairs have a stream of their own.
inline std::size_t drawn_row(PairSampler& pairs, std::uint64_t seed, std::size_t item,
                             std::uint64_t step) {
  RandomStream stream(seed, Purpose::kPair, static_cast<std::uint32_t>(item),
                      static_cast<std::uint32_t>(step));
  return pairs.draw(stream).row;
}

// Chi-square value that five degrees of freedom exceed with probability 1e-4.
inline constexpr double kCritical5 = 25.745;

inline double uniform_statistic(const std::vector<int>& counts) {
  const double expected =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  ChiSquare chi;
  for (const int count : counts) chi.add(count, expected);
  return chi.statistic();
}

}  // namespace dinas
