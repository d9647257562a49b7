#include "train/session.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "model/checkpoint.h"

namespace dinas {

TrainingSession::TrainingSession(const TrainingSet& data, const TrainOptions& options)
    : data_(data),
      options_(options),
      key_(resume_key(options, data)),
      clock_(options, data.architectures.size()) {}

void TrainingSession::run(const StateArrays& state, const Step& step,
                          const TrainObserver& observer) {
  if (options_.resume) restore(state);
  // At least one step, however short the time: a model that has learned nothing is of no use.
  while (clock_.step() == 0 || !clock_.finished()) {
    clock_.count_step(step(clock_.step(), clock_.step() == 0 ? 0.0 : clock_.fraction()));
    const bool report = clock_.report_due() && !clock_.finished();
    if (report && observer && !observer(clock_.report())) {
      save(state);
      throw TrainingStopped{};
    }
    if (clock_.checkpoint_due()) save(state);
  }
  if (observer) observer(clock_.report());
}

void TrainingSession::save(const StateArrays& state) {
  if (options_.checkpoint.empty()) return;
  Checkpoint checkpoint;
  checkpoint.options_json = key_;
  checkpoint.step = clock_.step();
  checkpoint.elapsed_seconds = clock_.elapsed();
  for (const auto& [name, values] : state) {
    checkpoint.state[name] = {{static_cast<std::int64_t>(values->size())}, *values};
  }
  save_checkpoint(options_.checkpoint, checkpoint);
  clock_.checkpointed();
}

void TrainingSession::restore(const StateArrays& state) {
  if (!std::filesystem::exists(options_.checkpoint)) return;
  const Checkpoint checkpoint = load_checkpoint(options_.checkpoint);
  const std::string where = "cannot resume from " + options_.checkpoint + ": ";
  if (checkpoint.options_json != key_) {
    throw Error(where +
                "it was made with other options or data; train without --resume to start anew");
  }
  for (const auto& [name, values] : state) {
    const auto found = checkpoint.state.find(name);
    if (found == checkpoint.state.end() || found->second.data.size() != values->size()) {
      throw Error(where + "its array '" + name + "' is missing or has the wrong size");
    }
    std::copy(found->second.data.begin(), found->second.data.end(), values->begin());
  }
  clock_.restore(checkpoint.step, checkpoint.elapsed_seconds);
}

Model TrainingSession::model() const {
  Model model;
  model.config = planned_config(options_, data_);
  TrainingRecord& record = model.config.training;
  record.seed = options_.seed;
  record.graphs = data_.architectures.size();
  record.labels = data_.evaluated;
  record.steps = clock_.step();
  record.batch = options_.batch;
  record.seconds = options_.max_seconds > 0.0 ? clock_.elapsed() : 0.0;
  model.metrics = data_.metrics;
  model.marginals = data_.marginals;
  model.labels = data_.labels;
  model.seen_classes = data_.seen_classes;
  return model;
}

}  // namespace dinas
