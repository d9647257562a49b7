// One training step of the fast denoiser: a batch in pieces that threads may share, gradients added
// in a fixed order, one step of the optimiser.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/parallel.h"
#include "model/tensor.h"
#include "train/batch.h"
#include "train/linear.h"
#include "train/network.h"
#include "train/optimiser.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// Trains step by step. Every batch is cut into the same pieces, whose gradients are added in
/// order, so that the result does not depend on how many threads work on them.
class TrainingStep {
 public:
  /// Both are borrowed. Parameters start as initial_parameters(options.seed).
  TrainingStep(const TrainingSet& data, const TrainOptions& options);

  /// Step `number`, counted from 0, at learning rate `rate`. Returns the loss before the step,
  /// which is not finite where the parameters are not afterwards.
  double run(std::uint64_t number, double rate);

  [[nodiscard]] std::vector<float>& parameters() { return parameters_; }
  [[nodiscard]] OptimiserState& optimiser() { return state_; }
  /// The averaged parameters, which make the model.
  [[nodiscard]] TensorMap averaged() const { return layout_.unpack(state_.average); }

 private:
  // What a thread needs to work on pieces.
  struct Worker {
    Worker(const TrainingSet& data, const BatchOptions& options, const DenoiserConfig& config,
           const train::ParameterLayout& layout, std::size_t block)
        : maker(data, options),
          network(config, data.space->skeleton(), data.metrics.size(), layout, block) {}

    BatchMaker maker;
    train::Network network;
    TrainBatch batch;
  };
  struct Piece {
    std::vector<float> gradient;
    double loss = 0.0;
  };

  void run_piece(std::uint64_t number, std::size_t index, Worker& worker);

  const TrainOptions& options_;
  train::ParameterLayout layout_;
  std::vector<float> parameters_;
  OptimiserState state_;
  ThreadTeam team_;
  std::vector<std::unique_ptr<Worker>> workers_;  // [threads]
  std::vector<Piece> pieces_;
};

}  // namespace dinas
