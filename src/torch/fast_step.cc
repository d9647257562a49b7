#include "torch/fast_step.h"

#include <omp.h>

#include <algorithm>

#include "base/parallel.h"
#include "model/features.h"
#include "model/initialise.h"

namespace dinas {
namespace {

constexpr std::size_t kPieces = 2;

torch::Tensor feature_tensor(const DenoiserConfig& config, const TrainBatch& batch) {
  const std::size_t metrics = batch.conditions.size() / batch.graphs;
  const std::size_t count = feature_count(config, metrics);
  torch::Tensor result =
      torch::empty({static_cast<std::int64_t>(batch.graphs), static_cast<std::int64_t>(count)});
  const std::span<float> out(result.data_ptr<float>(), batch.graphs * count);
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    write_features(config, std::span(batch.conditions).subspan(g * metrics, metrics),
                   static_cast<double>(batch.times[g]), out.subspan(g * count, count));
  }
  return result;
}

// Targets spread to [graphs, variables, largest variable].
torch::Tensor target_tensor(const FastNetwork& network, const TrainBatch& batch) {
  const Skeleton& skeleton = network.skeleton();
  torch::Tensor result = torch::zeros({static_cast<std::int64_t>(batch.graphs),
                                       skeleton.variable_count(), network.largest_variable()});
  auto* out = result.data_ptr<float>();
  const float* in = batch.targets.data();
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    for (const Variable& v : skeleton.variables) {
      std::copy_n(in, v.size(), out);
      in += v.size();
      out += network.largest_variable();
    }
  }
  return result;
}

torch::Tensor weight_tensor(const TrainBatch& batch) {
  torch::Tensor result = torch::empty({static_cast<std::int64_t>(batch.weights.size())});
  std::copy(batch.weights.begin(), batch.weights.end(), result.data_ptr<float>());
  return result.view({static_cast<std::int64_t>(batch.graphs), -1});
}

}  // namespace

torch::Tensor batch_loss(const FastNetwork& network, const DenoiserConfig& config,
                         const ParameterTensors& parameters, const TrainBatch& batch,
                         std::size_t graphs, FastNetwork::Layer layer) {
  const torch::Tensor logits = network.forward(parameters, network.encode(batch.states),
                                               feature_tensor(config, batch), layer);
  const torch::Tensor terms =
      (target_tensor(network, batch) * torch::log_softmax(logits, -1)).sum(-1);
  return -(terms * weight_tensor(batch)).sum() / static_cast<double>(graphs);
}

FastStep::FastStep(const TrainingSet& data, const TrainOptions& options)
    : options_(options),
      network_(options.denoiser, data.space->skeleton()),
      parameters_(fast_parameters(options.denoiser, data.space->skeleton(), data.metrics.size()),
                  initial_parameters(options.denoiser, data.space->skeleton(), data.metrics.size(),
                                     options.seed)),
      state_(initial_state(parameters_.flat())),
      gradient_(parameters_.flat().size()) {
  const BatchOptions batch{options.noise, options.diffusion_steps, options.tail_exponent,
                           options.loss_weights, options.seed};
  for (std::size_t i = 0; i < kPieces; ++i) pieces_.push_back({BatchMaker(data, batch), {}, 0, {}});
}

double FastStep::run(std::uint64_t number, double rate) {
  make(number);
  return compute(number, rate);
}

void FastStep::make(std::uint64_t number) {
  const auto batch = static_cast<std::size_t>(options_.batch);
  parallel_for(kPieces, options_.threads, [&](std::size_t i, int) {
    const std::size_t first = batch * i / kPieces;
    const std::size_t end = batch * (i + 1) / kPieces;
    if (end > first) pieces_[i].maker.make(number, first, end - first, pieces_[i].batch);
  });
}

double FastStep::compute(std::uint64_t number, double rate) {
  parallel_for(kPieces, options_.threads, [&](std::size_t i, int) {
    if (pieces_[i].batch.graphs > 0) compute_piece(pieces_[i]);
  });
  std::fill(gradient_.begin(), gradient_.end(), 0.0F);
  double loss = 0.0;
  for (const Piece& piece : pieces_) {
    add_gradients(piece.gradients, gradient_);
    loss += piece.loss;
  }
  const OptimiserOptions optimiser{options_.weight_decay, options_.gradient_clip,
                                   options_.ema_decay};
  optimiser_step(optimiser, number + 1, rate, gradient_, parameters_.flat(), state_);
  return loss;
}

void FastStep::compute_piece(Piece& piece) const {
  omp_set_num_threads(1);  // an OpenMP setting of this thread: pieces are the parallelism
  const torch::Tensor loss = batch_loss(network_, options_.denoiser, parameters_.tensors(),
                                        piece.batch, static_cast<std::size_t>(options_.batch));
  piece.loss = loss.item<double>();
  piece.gradients = torch::autograd::grad({loss}, parameters_.ordered());
}

}  // namespace dinas
