#include "torch/fast_trainer.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/checkpoint.h"
#include "torch/fast_step.h"
#include "torch/trainer.h"
#include "train/run.h"

namespace dinas {
namespace {

class FastTrainer {
 public:
  FastTrainer(const TrainingSet& data, const TrainOptions& options)
      : data_(data),
        options_(options),
        key_(resume_key(options, data)),
        step_(data, options),
        clock_(options, data.architectures.size()) {}

  Model run(const TrainObserver& observer) {
    if (options_.resume) restore();
    while (!clock_.finished()) {
      const double rate = options_.learning_rate * rate_share(clock_.fraction());
      clock_.count_step(step_.run(clock_.step(), rate));
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
  // The arrays that make up the state between two steps, by their name in a checkpoint.
  std::vector<std::pair<std::string, std::vector<float>*>> arrays() {
    OptimiserState& state = step_.optimiser();
    return {{"parameters", &step_.parameters().flat()},
            {"average", &state.average},
            {"first_moment", &state.first},
            {"second_moment", &state.second}};
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
    if (checkpoint.options_json != key_) {
      throw Error("cannot resume from " + options_.checkpoint +
                  ": it was made with other options or data; train without --resume to start anew");
    }
    for (const auto& [name, values] : arrays()) {
      const auto found = checkpoint.state.find(name);
      if (found == checkpoint.state.end() || found->second.data.size() != values->size()) {
        throw Error("cannot resume from " + options_.checkpoint + ": its array '" + name +
                    "' is missing or has the wrong size");
      }
      std::copy(found->second.data.begin(), found->second.data.end(), values->begin());
    }
    clock_.restore(checkpoint.step, checkpoint.elapsed_seconds);
  }

  [[nodiscard]] Model finish() const {
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
    model.weights = step_.averaged();
    return model;
  }

  const TrainingSet& data_;
  const TrainOptions& options_;
  std::string key_;
  FastStep step_;
  TrainClock clock_;
};

}  // namespace

Model train_fast(const TrainingSet& data, const TrainOptions& options,
                 const TrainObserver& observer) {
  return FastTrainer(data, options).run(observer);
}

}  // namespace dinas
