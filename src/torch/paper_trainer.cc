#include "torch/paper_trainer.h"

#include <omp.h>
#include <torch/torch.h>

#include <algorithm>

#include "base/parallel.h"
#include "model/paper_initialise.h"
#include "model/paper_parameters.h"
#include "torch/flat_parameters.h"
#include "torch/paper_batch.h"
#include "torch/paper_network.h"
#include "torch/paper_optimiser.h"
#include "train/run.h"
#include "train/session.h"

namespace dinas {
namespace {

// The official AdamW settings.
constexpr AmsgradOptions kOfficialOptimiser{.rate = 2e-4, .weight_decay = 1e-12};

// A batch is always cut into this many pieces whose gradients are added in order, so that the
// result does not depend on how many threads work on them.
constexpr std::size_t kPieces = 2;

// Streams of feature dropout, apart from those of dropped conditions (one per graph of a batch).
constexpr std::uint32_t kFirstDropoutItem = 0x80000000U;

// One piece of a batch on its way to a gradient.
struct Piece {
  double loss = 0.0;
  std::vector<torch::Tensor> gradients;  // in the order of the parameter table; empty: no graphs
};

// Sum of the cross-entropies of logits [..., K] with classes [...].
torch::Tensor cross_entropy_sum(const torch::Tensor& logits, const torch::Tensor& classes) {
  const torch::Tensor logs = torch::log_softmax(logits, -1);
  return -logs.gather(-1, classes.unsqueeze(-1)).sum();
}

class PaperTrainer {
 public:
  PaperTrainer(const TrainingSet& data, const TrainOptions& options)
      : data_(data),
        options_(official(options)),
        batches_(data, options_.paper, options_.diffusion_steps, options_.seed),
        weights_(table(), initial_paper_weights(table(), options_.seed)),
        session_(data, options_) {
    const std::size_t size = weights_.flat().size();
    gradient_.resize(size);
    state_ = {std::vector<float>(size), std::vector<float>(size), std::vector<float>(size)};
    const auto n = static_cast<std::int64_t>(data.space->skeleton().nodes);
    const torch::Tensor pairs = torch::triu_indices(n, n, 1);
    upper_ = pairs[0] * n + pairs[1];
  }

  Model run(const TrainObserver& observer) {
    const StateArrays state = {{"parameters", &weights_.flat()},
                               {"first_moment", &state_.first},
                               {"second_moment", &state_.second},
                               {"largest_second_moment", &state_.largest}};
    session_.run(
        state, [this](std::uint64_t number, double) { return step(number); }, observer);
    Model model = session_.model();
    model.weights = weights_.unpack(weights_.flat());
    return model;
  }

 private:
  // The session follows the batch and noise that this profile really uses.
  static TrainOptions official(TrainOptions options) {
    options.batch = options.paper.batch;
    options.noise = Noise::kMarginal;
    return options;
  }

  [[nodiscard]] std::vector<ParameterInfo> table() const {
    return paper_parameters(options_.paper, data_.space->skeleton(), data_.metrics.size());
  }

  double step(std::uint64_t number) {
    batches_.make(number, batch_);
    std::vector<Piece> pieces(kPieces);
    parallel_for(kPieces, options_.threads, [&](std::size_t i, int) {
      const std::size_t first = batch_.graphs * i / kPieces;
      const std::size_t end = batch_.graphs * (i + 1) / kPieces;
      if (end > first) pieces[i] = run_piece(number, i, first, end - first);
    });
    std::fill(gradient_.begin(), gradient_.end(), 0.0F);
    double loss = 0.0;
    for (const Piece& piece : pieces) {
      add_gradients(piece.gradients, gradient_);
      loss += piece.loss;
    }
    amsgrad_step(kOfficialOptimiser, number + 1, gradient_, weights_.flat(), state_,
                 options_.threads);
    return loss;
  }

  Piece run_piece(std::uint64_t number, std::size_t index, std::size_t first,
                  std::size_t graphs) const {
    omp_set_num_threads(1);  // an OpenMP setting of this thread: pieces are the parallelism
    const std::size_t variables = batch_.clean.size() / batch_.graphs;
    const std::size_t code = batch_.codes.size() / batch_.graphs;
    const PaperInput input =
        paper_input(options_.paper, data_.space->skeleton(),
                    std::span(batch_.noisy).subspan(first * variables, graphs * variables),
                    std::span(batch_.codes).subspan(first * code, graphs * code),
                    std::span(batch_.times).subspan(first, graphs));
    RandomStream seeds(options_.seed, Purpose::kDropout,
                       kFirstDropoutItem + static_cast<std::uint32_t>(index),
                       static_cast<std::uint32_t>(number));
    const std::uint64_t high = seeds.next();
    Dropout dropout(options_.paper.dropout, (high << 32) | seeds.next());
    const PaperLogits logits = paper_forward(options_.paper, weights_.tensors(), input, &dropout);
    const auto clean = std::span(batch_.clean).subspan(first * variables, graphs * variables);
    const torch::Tensor loss = loss_share(logits, clean);
    return {loss.item<double>(), torch::autograd::grad({loss}, weights_.ordered())};
  }

  // This piece's share of node_loss * CE_X + edge_loss * CE_E, means over the whole batch. The
  // ordered pairs of the official mean come in equal twos, so pairs i < j give the same number.
  [[nodiscard]] torch::Tensor loss_share(const PaperLogits& logits,
                                         std::span<const std::uint8_t> clean) const {
    const auto n = logits.nodes.size(1);
    const torch::Tensor classes =
        torch::tensor(std::vector<std::int64_t>(clean.begin(), clean.end()))
            .view({logits.nodes.size(0), -1});
    const torch::Tensor pairs = logits.pairs.flatten(1, 2).index_select(1, upper_);
    const auto graphs = static_cast<double>(batch_.graphs);
    const double node_scale = options_.paper.node_loss / (graphs * static_cast<double>(n));
    const double pair_scale =
        options_.paper.edge_loss / (graphs * static_cast<double>(pairs.size(1)));
    return cross_entropy_sum(logits.nodes, classes.slice(1, 0, n)) * node_scale +
           cross_entropy_sum(pairs, classes.slice(1, n)) * pair_scale;
  }

  const TrainingSet& data_;
  TrainOptions options_;
  PaperBatchMaker batches_;
  FlatParameters weights_;
  AmsgradState state_;
  TrainingSession session_;
  torch::Tensor upper_;  // [pairs] positions of i < j among n * n
  PaperBatch batch_;
  std::vector<float> gradient_;
};

}  // namespace

Model train_paper(const TrainingSet& data, const TrainOptions& options,
                  const TrainObserver& observer) {
  validate(options);
  return PaperTrainer(data, options).run(observer);
}

}  // namespace dinas
