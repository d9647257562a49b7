// One training run around any network: resuming, reporting, stopping, checkpoints, and the record
// that goes into the model.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/model.h"
#include "train/options.h"
#include "train/run.h"
#include "train/training_set.h"

namespace dinas {

/// The observer asked to stop; the checkpoint has been written.
struct TrainingStopped {};

/// The arrays that make up a trainer's state between two steps, by their name in a checkpoint.
using StateArrays = std::vector<std::pair<std::string, std::vector<float>*>>;

class TrainingSession {
 public:
  /// Data and options are borrowed.
  TrainingSession(const TrainingSet& data, const TrainOptions& options);

  /// Performs step `number`, counted from 0, when `fraction` of the run is done; returns its loss.
  using Step = std::function<double(std::uint64_t number, double fraction)>;

  /// Runs to the end. With options.resume and a checkpoint it first restores `state` from there.
  /// Throws TrainingStopped after a checkpoint when the observer returns false, Error for a
  /// checkpoint of other options or data and for a loss that is not finite.
  void run(const StateArrays& state, const Step& step, const TrainObserver& observer);

  /// A model with everything but its weights.
  [[nodiscard]] Model model() const;

 private:
  void save(const StateArrays& state);
  void restore(const StateArrays& state);

  const TrainingSet& data_;
  const TrainOptions& options_;
  std::string key_;
  TrainClock clock_;
};

}  // namespace dinas
