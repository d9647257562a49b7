#include "train/step.h"

#include <algorithm>
#include <limits>

#include "model/initialise.h"

namespace dinas {
namespace {

constexpr std::size_t kPieces = 4;

// Rows of a block: enough for the products to run at full speed.
constexpr std::size_t kBlockRows = 256;

// Graphs of a block: pieces of `graphs` in as few blocks as that allows, all about equally full.
std::size_t block_graphs(std::size_t graphs, const Skeleton& skeleton) {
  const std::size_t nodes = static_cast<std::size_t>(skeleton.nodes);
  const std::size_t most = std::max<std::size_t>(1, kBlockRows / nodes);
  const std::size_t blocks = (graphs + most - 1) / most;
  return (graphs + blocks - 1) / blocks;
}

}  // namespace

TrainingStep::TrainingStep(const TrainingSet& data, const TrainOptions& options)
    : options_(options),
      layout_(fast_parameters(options.denoiser, data.space->skeleton(), data.metrics.size())),
      parameters_(layout_.pack(initial_parameters(options.denoiser, data.space->skeleton(),
                                                  data.metrics.size(), options.seed))),
      state_(initial_state(parameters_)),
      team_(std::min(static_cast<int>(kPieces), options.threads)),
      pieces_(kPieces) {
  const Skeleton& skeleton = data.space->skeleton();
  const BatchOptions batch{options.noise, options.diffusion_steps, options.tail_exponent,
                           options.loss_weights, options.seed};
  const std::size_t piece = (static_cast<std::size_t>(options.batch) + kPieces - 1) / kPieces;
  for (int i = 0; i < team_.threads(); ++i) {
    workers_.push_back(std::make_unique<Worker>(data, batch, options.denoiser, layout_,
                                                block_graphs(piece, skeleton)));
  }
  for (Piece& p : pieces_) p.gradient.resize(layout_.size());
}

double TrainingStep::run(std::uint64_t number, double rate) {
  team_.run(kPieces, [&](std::size_t i, int thread) {
    run_piece(number, i, *workers_[static_cast<std::size_t>(thread)]);
  });
  std::vector<float>& sum = pieces_.front().gradient;
  double loss = pieces_.front().loss;
  for (std::size_t i = 1; i < kPieces; ++i) {
    add(sum.data(), pieces_[i].gradient.data(), sum.size());
    loss += pieces_[i].loss;
  }
  const OptimiserOptions optimiser{options_.weight_decay, options_.gradient_clip,
                                   options_.ema_decay};
  const bool finite = optimiser_step(optimiser, number + 1, rate, sum, parameters_, state_, team_);
  return finite ? loss : std::numeric_limits<double>::quiet_NaN();
}

void TrainingStep::run_piece(std::uint64_t number, std::size_t index, Worker& worker) {
  Piece& piece = pieces_[index];
  const auto batch = static_cast<std::size_t>(options_.batch);
  const std::size_t first = batch * index / kPieces;
  const std::size_t end = batch * (index + 1) / kPieces;
  std::ranges::fill(piece.gradient, 0.0F);
  piece.loss = 0.0;
  if (end == first) return;
  worker.maker.make(number, first, end - first, worker.batch);
  piece.loss = worker.network.loss_and_gradient(parameters_.data(), worker.batch,
                                                1.0F / static_cast<float>(options_.batch),
                                                piece.gradient.data());
}

}  // namespace dinas
