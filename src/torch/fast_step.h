// One training step of the fast denoiser: a batch in pieces that threads may share, gradients added
// in a fixed order, one step of the optimiser.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "model/tensor.h"
#include "torch/fast_network.h"
#include "torch/flat_parameters.h"
#include "train/batch.h"
#include "train/optimiser.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// The loss of (a piece of) a batch: weighted cross-entropies of the network's logits with the
/// targets, summed and divided by `graphs`, the size of the whole batch. A scalar tensor.
torch::Tensor batch_loss(const FastNetwork& network, const DenoiserConfig& config,
                         const ParameterTensors& parameters, const TrainBatch& batch,
                         std::size_t graphs, FastNetwork::Layer layer = fused_layer);

/// Trains step by step. Every batch is cut into the same pieces, whose gradients are added in
/// order, so that the result does not depend on how many threads work on them.
class FastStep {
 public:
  /// Both are borrowed. Parameters start as initial_parameters(options.seed).
  FastStep(const TrainingSet& data, const TrainOptions& options);

  /// Step `number`, counted from 0, at learning rate `rate`: make, then compute.
  double run(std::uint64_t number, double rate);
  /// Draws the batch of step `number`.
  void make(std::uint64_t number);
  /// Gradient of the batch made last and the optimiser's step `number`. Returns the loss before the
  /// step; where it is not finite, the parameters are of no use afterwards.
  double compute(std::uint64_t number, double rate);

  [[nodiscard]] FlatParameters& parameters() { return parameters_; }
  [[nodiscard]] OptimiserState& optimiser() { return state_; }
  /// The averaged parameters, which make the model.
  [[nodiscard]] TensorMap averaged() const { return parameters_.unpack(state_.average); }

 private:
  // One piece of a batch on its way to a gradient; owns what a thread needs.
  struct Piece {
    BatchMaker maker;
    TrainBatch batch;
    double loss = 0.0;
    std::vector<torch::Tensor> gradients;  // in the order of the parameters; empty: no graphs
  };

  void compute_piece(Piece& piece) const;

  const TrainOptions& options_;
  FastNetwork network_;
  FlatParameters parameters_;
  OptimiserState state_;
  std::vector<Piece> pieces_;
  std::vector<float> gradient_;
};

}  // namespace dinas
