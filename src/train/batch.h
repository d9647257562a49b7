// Batches of noisy graphs and what the denoiser should say about them. No network here.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "condition/pairs.h"
#include "diffusion/schedule.h"
#include "diffusion/transition.h"
#include "train/matching_rows.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

struct TrainBatch {
  std::size_t graphs = 0;
  std::vector<std::uint8_t> states;  // [graphs, variables]; a variable's size = masked
  std::vector<float> conditions;     // [graphs, metrics] log tau or kOpen
  std::vector<float> times;          // [graphs] t / T; 0 for mask noise
  std::vector<float> targets;        // [graphs, total_values] distribution per variable
  std::vector<float> weights;  // [graphs, variables] of the cross-entropies; a graph sums to 1
};

struct BatchOptions {
  Noise noise = Noise::kMask;
  int diffusion_steps = 500;
  double tail_exponent = 1.25;
  LossWeights loss_weights{1.0, 1.0, 1.0};
  std::uint64_t seed = 0;
};

/// Draws training batches; graph i of batch `step` is a pure function of (data, options, step, i),
/// so that a batch may be made in pieces.
///
/// Mask noise: a uniformly drawn number of variables is masked, and the target of a masked variable
/// is not the value of the one graph that was drawn but the exact distribution of that variable
/// among all training architectures that agree with the visible variables and meet the bounds: the
/// same expected loss and gradient with far less variance (where very many do, a random part of
/// them). Marginal and uniform noise: t is uniform
/// on 0..T and the target is the drawn graph.
class BatchMaker {
 public:
  /// `data` is borrowed.
  BatchMaker(const TrainingSet& data, const BatchOptions& options);

  /// Graphs first .. first + graphs - 1 of batch `step`.
  void make(std::uint64_t step, std::size_t first, std::size_t graphs, TrainBatch& batch);

 private:
  void mask_graph(const TrainingPair& pair, RandomStream& stream, std::size_t g, TrainBatch& batch);
  void noise_graph(const TrainingPair& pair, RandomStream& stream, std::size_t g,
                   TrainBatch& batch);
  void exact_targets(std::span<const std::uint32_t> rows, RandomStream& stream,
                     std::span<float> targets) const;

  const TrainingSet& data_;
  BatchOptions options_;
  Schedule schedule_;
  std::vector<int> offsets_;  // of Skeleton
  PairSampler pairs_;
  MatchingRows matching_;
  std::vector<float> kind_weights_;    // [variables]
  std::vector<std::uint32_t> places_;  // [architectures, variables] of its values in the targets
};

}  // namespace dinas
