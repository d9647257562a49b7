// What the tests of the fast denoiser's trainer share.
#pragma once

#include <string>
#include <vector>

#include "space/nasbench201.h"
#include "table/table.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// Every sixteenth cell of the space with two of its exactly computed costs as metrics: 955 that
/// have a path from input to output.
inline const TrainingSet& computed_training_set() {
  static const TrainingSet set = [] {
    Table table(make_nasbench201());
    const Space& space = table.space();
    for (std::uint64_t i = 0; i < space.enumerable().value(); i += 16) {
      table.add_architecture(nth_architecture(space.skeleton(), i));
    }
    std::vector<MetricSpec> metrics;
    for (std::size_t k = 0; k < 2; ++k) {
      const std::string& name = space.computed_metrics()[k].name;
      table.require_column(name);
      metrics.push_back({name, Direction::kMin, MetricLevel::kCell});
    }
    return make_training_set(table, metrics, {});
  }();
  return set;
}

/// A network of 5,000 parameters and batches of 32 graphs.
inline TrainOptions small_fast_options() {
  TrainOptions options;
  options.denoiser = {.width = 16,
                      .layers = 2,
                      .heads = 2,
                      .feed_forward = 32,
                      .fourier = 4,
                      .condition = 16,
                      .time_input = false};
  options.batch = 32;
  options.learning_rate = 5e-3;
  options.epochs = 1;
  options.seed = 4;
  return options;
}

}  // namespace dinas
