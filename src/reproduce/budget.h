// How a number of minutes is divided, and what has to be cut for it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reproduce/protocol.h"

namespace dinas {

/// Seconds of one model.
struct ModelTime {
  double train = 0.0;
  double sample = 0.0;  // for all its experiments together; 0: sampling costs next to nothing
};

/// A tenth is kept for tables and controls. Trainings in seconds get what they ask for, but
/// together at most a quarter of the rest where the paper profile also runs; what is left is shared
/// equally by the models of the paper profile, 60 % of it for training. Models in the order given.
std::vector<ModelTime> divide_budget(double seconds, std::span<const ReproducedModel> models);

/// The largest size that `seconds` allow where one network call of one architecture takes
/// `seconds_per_call`. Cut in this order, each only as far as needed: steps down to 50, repeats to
/// 3, steps to 20, repeats to 1, queries to 1. A size without steps is returned as it is.
SamplingSize cut_sampling(const SamplingSize& asked, double seconds, double seconds_per_call);

/// A setting that the budget forced below what was asked.
struct Cut {
  std::string experiment;  // or model
  std::string setting;
  std::string asked, done;
  double seconds = 0.0;  // what the asked would take at the measured rate
  bool operator==(const Cut&) const = default;
};

/// One cut for every setting of `done` that is below `asked`.
std::vector<Cut> sampling_cuts(const std::string& experiment, const SamplingSize& asked,
                               const SamplingSize& done, double seconds_per_call);

/// The cut of a training that visited `epochs` in `seconds`; none where it did all that was asked.
std::vector<Cut> training_cuts(const ReproducedModel& asked, double epochs, double seconds);

}  // namespace dinas
