// Batches of the official training: noisy graphs, class codes, times. No network here.
#pragma once

#include <cstdint>
#include <vector>

#include "diffusion/schedule.h"
#include "model/config.h"
#include "torch/paper_classes.h"
#include "train/training_set.h"

namespace dinas {

struct PaperBatch {
  std::size_t graphs = 0;
  std::vector<std::uint8_t> clean;  // [graphs, variables of paper_skeleton]
  std::vector<std::uint8_t> noisy;  // same
  std::vector<float> codes;         // [graphs, 2 metrics] of class_codes, conditions dropped
  std::vector<double> times;        // [graphs] t/T, t uniform on 0..T
};

/// Every epoch goes once through all architectures in a random order; its last batch may be short.
/// A batch is a pure function of (data, config, T, seed, step).
class PaperBatchMaker {
 public:
  /// `data` is borrowed. Throws UsageError as training_classes does.
  PaperBatchMaker(const TrainingSet& data, const PaperConfig& config, int diffusion_steps,
                  std::uint64_t seed);

  void make(std::uint64_t step, PaperBatch& batch);

 private:
  void add_graph(std::size_t row, std::uint32_t item, std::uint32_t step, PaperBatch& batch) const;

  const TrainingSet& data_;
  PaperConfig config_;
  std::uint64_t seed_;
  Schedule schedule_;
  std::vector<std::vector<double>> marginals_;  // [variables of paper_skeleton][K]
  std::vector<PaperClasses> classes_;           // [architectures]
  std::uint64_t epoch_ = 0;                     // the one order_ is for
  std::vector<int> order_;                      // [architectures]
};

}  // namespace dinas
