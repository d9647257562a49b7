#include "torch/paper_trainer.h"

#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "model/checkpoint.h"
#include "model/paper_initialise.h"
#include "model/paper_parameters.h"
#include "torch/paper_batch.h"
#include "torch/paper_network.h"
#include "torch/paper_optimiser.h"
#include "torch/trainer.h"
#include "train/run.h"

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

// All parameters in one array, and tensors that share its memory.
class FlatWeights {
 public:
  FlatWeights(std::vector<ParameterInfo> table, const TensorMap& values)
      : table_(std::move(table)) {
    for (const ParameterInfo& info : table_) {
      const auto& data = values.at(info.name).data;
      values_.insert(values_.end(), data.begin(), data.end());
    }
    float* place = values_.data();
    for (const ParameterInfo& info : table_) {
      ordered_.push_back(torch::from_blob(place, info.shape).requires_grad_(true));
      tensors_[info.name] = ordered_.back();
      place += element_count(info.shape);
    }
  }

  [[nodiscard]] std::vector<float>& values() { return values_; }
  [[nodiscard]] const PaperTensors& tensors() const { return tensors_; }
  [[nodiscard]] const std::vector<torch::Tensor>& ordered() const { return ordered_; }

  [[nodiscard]] TensorMap unpack() const {
    TensorMap weights;
    auto place = values_.begin();
    for (const ParameterInfo& info : table_) {
      const auto end = place + element_count(info.shape);
      weights.emplace(info.name, dinas::Tensor{info.shape, {place, end}});
      place = end;
    }
    return weights;
  }

 private:
  std::vector<ParameterInfo> table_;
  std::vector<float> values_;
  PaperTensors tensors_;
  std::vector<torch::Tensor> ordered_;
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
        key_(resume_key(options_, data)),
        batches_(data, options_.paper, options_.diffusion_steps, options_.seed),
        weights_(table(), initial_paper_weights(table(), options_.seed)),
        clock_(options_, data.architectures.size()) {
    const std::size_t size = weights_.values().size();
    gradient_.resize(size);
    state_ = {std::vector<float>(size), std::vector<float>(size), std::vector<float>(size)};
    const auto n = static_cast<std::int64_t>(data.space->skeleton().nodes);
    const torch::Tensor pairs = torch::triu_indices(n, n, 1);
    upper_ = pairs[0] * n + pairs[1];
  }

  Model run(const TrainObserver& observer) {
    if (options_.resume) restore();
    while (!clock_.finished()) {
      clock_.count_step(step());
      if (clock_.report_due() && observer && !observer(clock_.report())) {
        save();
        throw TrainingStopped{};
      }
      if (clock_.checkpoint_due()) save();
    }
    if (observer) observer(clock_.report());
    return finish();
  }

 private:
  // Clock and key follow the batch and noise that this profile really uses.
  static TrainOptions official(TrainOptions options) {
    options.batch = options.paper.batch;
    options.noise = Noise::kMarginal;
    return options;
  }

  [[nodiscard]] std::vector<ParameterInfo> table() const {
    return paper_parameters(options_.paper, data_.space->skeleton(), data_.metrics.size());
  }

  double step() {
    const std::uint64_t number = clock_.step();
    batches_.make(number, batch_);
    std::vector<Piece> pieces(kPieces);
    parallel_for(kPieces, options_.threads, [&](std::size_t i, int) {
      const std::size_t first = batch_.graphs * i / kPieces;
      const std::size_t end = batch_.graphs * (i + 1) / kPieces;
      if (end > first) pieces[i] = run_piece(static_cast<std::uint32_t>(i), first, end - first);
    });
    std::fill(gradient_.begin(), gradient_.end(), 0.0F);
    double loss = 0.0;
    for (const Piece& piece : pieces) {
      add_gradient(piece);
      loss += piece.loss;
    }
    amsgrad_step(kOfficialOptimiser, number + 1, gradient_, weights_.values(), state_,
                 options_.threads);
    return loss;
  }

  Piece run_piece(std::uint32_t index, std::size_t first, std::size_t graphs) const {
    omp_set_num_threads(1);  // an OpenMP setting of this thread: pieces are the parallelism
    const std::size_t variables = batch_.clean.size() / batch_.graphs;
    const std::size_t code = batch_.codes.size() / batch_.graphs;
    const PaperInput input =
        paper_input(options_.paper, data_.space->skeleton(),
                    std::span(batch_.noisy).subspan(first * variables, graphs * variables),
                    std::span(batch_.codes).subspan(first * code, graphs * code),
                    std::span(batch_.times).subspan(first, graphs));
    RandomStream seeds(options_.seed, Purpose::kDropout, kFirstDropoutItem + index,
                       static_cast<std::uint32_t>(clock_.step()));
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

  void add_gradient(const Piece& piece) {
    float* place = gradient_.data();
    for (const torch::Tensor& gradient : piece.gradients) {
      const torch::Tensor dense = gradient.contiguous();
      const float* values = dense.data_ptr<float>();
      for (std::int64_t i = 0; i < dense.numel(); ++i) *place++ += values[i];
    }
  }

  // The arrays that make up the state between two steps, by their name in a checkpoint.
  std::vector<std::pair<std::string, std::vector<float>*>> arrays() {
    return {{"parameters", &weights_.values()},
            {"first_moment", &state_.first},
            {"second_moment", &state_.second},
            {"largest_second_moment", &state_.largest}};
  }

  void save() {
    if (options_.checkpoint.empty()) return;
    Checkpoint checkpoint;
    checkpoint.options_json = key_;
    checkpoint.step = clock_.step();
    checkpoint.elapsed_seconds = clock_.elapsed();
    for (const auto& [name, values] : arrays()) {
      checkpoint.state[name] = {{static_cast<std::int64_t>(values->size())}, *values};
    }
    save_checkpoint(options_.checkpoint, checkpoint);
    clock_.checkpointed();
  }

  void restore() {
    if (!std::filesystem::exists(options_.checkpoint)) return;
    const Checkpoint checkpoint = load_checkpoint(options_.checkpoint);
    const std::string where = "cannot resume from " + options_.checkpoint + ": ";
    if (checkpoint.options_json != key_) {
      throw Error(where +
                  "it was made with other options or data; train without --resume to start anew");
    }
    for (const auto& [name, values] : arrays()) {
      const auto found = checkpoint.state.find(name);
      if (found == checkpoint.state.end() || found->second.data.size() != values->size()) {
        throw Error(where + "its array '" + name + "' is missing or has the wrong size");
      }
      std::copy(found->second.data.begin(), found->second.data.end(), values->begin());
    }
    clock_.restore(checkpoint.step, checkpoint.elapsed_seconds);
  }

  [[nodiscard]] Model finish() const {
    Model model;
    ModelConfig& config = model.config;
    config.profile = Profile::kPaper;
    config.space = data_.space->name();
    config.noise = options_.noise;
    config.diffusion_steps = options_.diffusion_steps;
    for (const MetricDistribution& m : data_.metrics) config.metrics.push_back(m.spec());
    config.paper = options_.paper;
    config.training.seed = options_.seed;
    config.training.graphs = data_.architectures.size();
    config.training.labels = data_.labelled;
    config.training.steps = clock_.step();
    config.training.batch = options_.batch;
    config.training.seconds = options_.epochs > 0 ? 0.0 : clock_.elapsed();
    model.metrics = data_.metrics;
    model.marginals = data_.marginals;
    model.labels = data_.labels;
    model.seen_classes = data_.seen_classes;
    model.weights = weights_.unpack();
    return model;
  }

  const TrainingSet& data_;
  TrainOptions options_;
  std::string key_;
  PaperBatchMaker batches_;
  FlatWeights weights_;
  AmsgradState state_;
  TrainClock clock_;
  torch::Tensor upper_;  // [pairs] positions of i < j among n * n
  PaperBatch batch_;
  std::vector<float> gradient_;
};

}  // namespace

Model train_paper(const TrainingSet& data, const TrainOptions& options,
                  const TrainObserver& observer) {
  return PaperTrainer(data, options).run(observer);
}

}  // namespace dinas
