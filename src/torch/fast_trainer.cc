#include "torch/fast_trainer.h"

#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/parallel.h"
#include "model/checkpoint.h"
#include "model/features.h"
#include "model/initialise.h"
#include "model/parameters.h"
#include "torch/fast_network.h"
#include "torch/trainer.h"
#include "train/batch.h"
#include "train/optimiser.h"
#include "train/run.h"

namespace dinas {
namespace {

// A batch is always cut into this many pieces whose gradients are added in order, so that the
// result does not depend on how many threads work on them.
constexpr std::size_t kPieces = 2;

// All parameters in one array; the network sees tensors that share its memory.
class FlatParameters {
 public:
  FlatParameters(const std::vector<ParameterInfo>& table, const TensorMap& values) : table_(table) {
    for (const ParameterInfo& info : table_) {
      const auto& data = values.at(info.name).data;
      flat_.insert(flat_.end(), data.begin(), data.end());
    }
    std::size_t offset = 0;
    for (const ParameterInfo& info : table_) {
      const torch::Tensor view = torch::from_blob(flat_.data() + offset, info.shape);
      tensors_[info.name] = view.requires_grad_(true);
      ordered_.push_back(tensors_[info.name]);
      offset += static_cast<std::size_t>(view.numel());
    }
  }

  [[nodiscard]] const ParameterTensors& tensors() const { return tensors_; }
  [[nodiscard]] const std::vector<torch::Tensor>& ordered() const { return ordered_; }
  [[nodiscard]] std::vector<float>& flat() { return flat_; }

  [[nodiscard]] TensorMap unpack(const std::vector<float>& flat) const {
    TensorMap result;
    auto position = flat.begin();
    for (const ParameterInfo& info : table_) {
      const auto end = position + element_count(info.shape);
      result.emplace(info.name, dinas::Tensor{info.shape, {position, end}});
      position = end;
    }
    return result;
  }

 private:
  std::vector<ParameterInfo> table_;
  std::vector<float> flat_;
  ParameterTensors tensors_;
  std::vector<torch::Tensor> ordered_;
};

// One piece of a batch on its way to a gradient; owns what a thread needs.
class Piece {
 public:
  Piece(const TrainingSet& data, const TrainOptions& options, const FastNetwork& network)
      : options_(options),
        network_(network),
        metrics_(data.metrics.size()),
        maker_(data,
               {options.noise, options.diffusion_steps, options.tail_exponent, options.seed}) {}

  void run(std::uint64_t step, std::size_t first, std::size_t graphs,
           const FlatParameters& parameters) {
    omp_set_num_threads(1);  // an OpenMP setting of this thread: pieces are the parallelism
    maker_.make(step, first, graphs, batch_);
    const torch::Tensor logits =
        network_.forward(parameters.tensors(), network_.tokens(batch_.states), features());
    const torch::Tensor terms = (target_tensor() * torch::log_softmax(logits, -1)).sum(-1);
    const torch::Tensor weights =
        torch::from_blob(batch_.weights.data(), {terms.size(0), terms.size(1)});
    const torch::Tensor loss = -(terms * weights).sum() / static_cast<double>(options_.batch);
    loss_ = loss.item<double>();
    gradients_ = torch::autograd::grad({loss}, parameters.ordered());
  }

  [[nodiscard]] double loss() const { return loss_; }

  void add_gradient(std::vector<float>& flat) const {
    std::size_t offset = 0;
    for (const torch::Tensor& gradient : gradients_) {
      const torch::Tensor dense = gradient.contiguous();
      const float* values = dense.data_ptr<float>();
      for (std::int64_t i = 0; i < dense.numel(); ++i) flat[offset++] += values[i];
    }
  }

 private:
  [[nodiscard]] torch::Tensor features() const {
    const std::size_t count = feature_count(options_.denoiser, metrics_);
    torch::Tensor result =
        torch::empty({static_cast<std::int64_t>(batch_.graphs), static_cast<std::int64_t>(count)});
    const std::span<float> out(result.data_ptr<float>(), batch_.graphs * count);
    for (std::size_t g = 0; g < batch_.graphs; ++g) {
      write_features(options_.denoiser,
                     std::span(batch_.conditions).subspan(g * metrics_, metrics_),
                     static_cast<double>(batch_.times[g]), out.subspan(g * count, count));
    }
    return result;
  }

  // Targets spread to [graphs, variables, largest variable].
  [[nodiscard]] torch::Tensor target_tensor() const {
    const Skeleton& skeleton = network_.skeleton();
    const auto largest = static_cast<std::size_t>(network_.largest_variable());
    torch::Tensor result = torch::zeros({static_cast<std::int64_t>(batch_.graphs),
                                         skeleton.variable_count(), network_.largest_variable()});
    auto* out = result.data_ptr<float>();
    const float* in = batch_.targets.data();
    for (std::size_t g = 0; g < batch_.graphs; ++g) {
      for (const Variable& v : skeleton.variables) {
        std::copy_n(in, v.size(), out);
        in += v.size();
        out += largest;
      }
    }
    return result;
  }

  const TrainOptions& options_;
  const FastNetwork& network_;
  std::size_t metrics_;
  BatchMaker maker_;
  TrainBatch batch_;
  double loss_ = 0.0;
  std::vector<torch::Tensor> gradients_;
};

class FastTrainer {
 public:
  FastTrainer(const TrainingSet& data, const TrainOptions& options)
      : data_(data),
        options_(options),
        key_(resume_key(options, data)),
        network_(options.denoiser, data.space->skeleton()),
        parameters_(fast_parameters(options.denoiser, data.space->skeleton(), data.metrics.size()),
                    initial_parameters(options.denoiser, data.space->skeleton(),
                                       data.metrics.size(), options.seed)),
        state_(initial_state(parameters_.flat())),
        clock_(options, data.architectures.size()) {
    for (std::size_t i = 0; i < kPieces; ++i) pieces_.emplace_back(data, options, network_);
  }

  Model run(const TrainObserver& observer) {
    if (options_.resume) restore();
    while (!clock_.finished()) {
      clock_.count_step(step());
      const bool report = clock_.report_due() && !clock_.finished();
      if (report && observer && !observer(clock_.report())) {
        save();
        throw TrainingStopped{};
      }
      if (clock_.checkpoint_due()) save();
    }
    if (observer) observer(clock_.report());
    return finish();
  }

 private:
  double step() {
    const std::uint64_t number = clock_.step();
    const auto batch = static_cast<std::size_t>(options_.batch);
    parallel_for(kPieces, std::min<int>(options_.threads, kPieces), [&](std::size_t i, int) {
      const std::size_t first = batch * i / kPieces;
      const std::size_t end = batch * (i + 1) / kPieces;
      if (end > first) pieces_[i].run(number, first, end - first, parameters_);
    });
    gradient_.assign(parameters_.flat().size(), 0.0F);
    double loss = 0.0;
    for (const Piece& piece : pieces_) {
      piece.add_gradient(gradient_);
      loss += piece.loss();
    }
    const OptimiserOptions optimiser{options_.weight_decay, options_.gradient_clip,
                                     options_.ema_decay};
    optimiser_step(optimiser, number + 1, options_.learning_rate * rate_share(clock_.fraction()),
                   gradient_, parameters_.flat(), state_);
    return loss;
  }

  void save() {
    if (options_.checkpoint.empty()) return;
    Checkpoint checkpoint;
    checkpoint.options_json = key_;
    checkpoint.step = clock_.step();
    checkpoint.elapsed_seconds = clock_.elapsed();
    const auto add = [&](const std::string& name, const std::vector<float>& values) {
      checkpoint.state[name] = {{static_cast<std::int64_t>(values.size())}, values};
    };
    add("parameters", parameters_.flat());
    add("average", state_.average);
    add("first_moment", state_.first);
    add("second_moment", state_.second);
    save_checkpoint(options_.checkpoint, checkpoint);
    clock_.checkpointed();
  }

  void restore() {
    if (!std::filesystem::exists(options_.checkpoint)) return;
    const Checkpoint checkpoint = load_checkpoint(options_.checkpoint);
    if (checkpoint.options_json != key_) {
      throw Error("cannot resume from " + options_.checkpoint +
                  ": it was made with other options or data; train without --resume to start anew");
    }
    const auto take = [&](const std::string& name, std::vector<float>& values) {
      const auto found = checkpoint.state.find(name);
      if (found == checkpoint.state.end() || found->second.data.size() != values.size()) {
        throw Error("cannot resume from " + options_.checkpoint + ": its array '" + name +
                    "' is missing or has the wrong size");
      }
      std::copy(found->second.data.begin(), found->second.data.end(), values.begin());
    };
    take("parameters", parameters_.flat());
    take("average", state_.average);
    take("first_moment", state_.first);
    take("second_moment", state_.second);
    clock_.restore(checkpoint.step, checkpoint.elapsed_seconds);
  }

  Model finish() {
    Model model;
    ModelConfig& config = model.config;
    config.profile = Profile::kFast;
    config.space = data_.space->name();
    config.noise = options_.noise;
    config.diffusion_steps = options_.diffusion_steps;
    for (const MetricDistribution& m : data_.metrics) config.metrics.push_back(m.spec());
    config.denoiser = options_.denoiser;
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
    model.weights = parameters_.unpack(state_.average);
    return model;
  }

  const TrainingSet& data_;
  const TrainOptions& options_;
  std::string key_;
  FastNetwork network_;
  FlatParameters parameters_;
  OptimiserState state_;
  TrainClock clock_;
  std::vector<Piece> pieces_;
  std::vector<float> gradient_;
};

}  // namespace

Model train_fast(const TrainingSet& data, const TrainOptions& options,
                 const TrainObserver& observer) {
  return FastTrainer(data, options).run(observer);
}

}  // namespace dinas
