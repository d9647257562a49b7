// What the tests of both trainers share about stopping and continuing a run.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "model/checkpoint.h"
#include "model/model.h"
#include "train/options.h"
#include "train/session.h"

namespace dinas {

/// Trains on the test's data.
using Trainer = std::function<Model(const TrainOptions&, const TrainObserver&)>;

inline void expect_equal_weights(const Model& a, const Model& b) {
  ASSERT_EQ(a.weights.size(), b.weights.size());
  for (const auto& [name, tensor] : a.weights) {
    ASSERT_EQ(tensor.data, b.weights.at(name).data) << name;
  }
}

/// Stops at the first report (half a second), as an interrupt does, and returns the report.
inline TrainProgress stop_at_first_report(const Trainer& train, const TrainOptions& options) {
  TrainProgress report;
  try {
    train(options, [&](const TrainProgress& progress) {
      report = progress;
      return false;
    });
  } catch (const TrainingStopped&) {
    return report;
  }
  ADD_FAILURE() << "the run ended before its first report: give it more epochs";
  return report;
}

/// Stops a run of `options`, which must name a checkpoint and take several reports, and continues
/// it with `resume_threads`: the result is that of the run that was left alone, and the run that
/// continues reports from where the other stopped.
inline void expect_resumes(const Trainer& train, TrainOptions options, int resume_threads) {
  TrainOptions alone = options;
  alone.checkpoint.clear();
  const Model whole = train(alone, {});
  const TrainProgress stop = stop_at_first_report(train, options);
  Checkpoint checkpoint = load_checkpoint(options.checkpoint);
  EXPECT_EQ(checkpoint.step, stop.step);
  EXPECT_GE(checkpoint.elapsed_seconds, stop.elapsed);
  // No result of a run by epochs, but a run that starts over cannot report it.
  checkpoint.elapsed_seconds += 1e6;
  save_checkpoint(options.checkpoint, checkpoint);

  options.resume = true;
  options.threads = resume_threads;
  TrainProgress first;
  const Model resumed = train(options, [&](const TrainProgress& progress) {
    if (first.step == 0) first = progress;
    return true;
  });
  EXPECT_GT(first.step, stop.step);
  EXPECT_GE(first.elapsed, checkpoint.elapsed_seconds);
  EXPECT_EQ(resumed.config.training.steps, whole.config.training.steps);
  expect_equal_weights(whole, resumed);
}

/// Continues a run of `options`, which must name a checkpoint, from half of its steps, and once
/// more with one number of each stored array changed: each must show in the final weights.
inline void expect_every_array_matters(const Trainer& train, TrainOptions options) {
  options.checkpoint_seconds = 0.0;  // one after every step, the last included
  train(options, {});
  Checkpoint checkpoint = load_checkpoint(options.checkpoint);
  checkpoint.step /= 2;
  options.resume = true;
  const auto continued = [&](const Checkpoint& from) {
    save_checkpoint(options.checkpoint, from);
    return train(options, {});
  };
  const Model plain = continued(checkpoint);
  // A parameter that is being learnt.
  const std::vector<float>& moment = checkpoint.state.at("first_moment").data;
  const auto largest =
      std::max_element(moment.begin(), moment.end(),
                       [](float a, float b) { return std::abs(a) < std::abs(b); }) -
      moment.begin();
  for (const auto& [name, array] : checkpoint.state) {
    Checkpoint altered = checkpoint;
    altered.state.at(name).data[static_cast<std::size_t>(largest)] += 0.5F;
    const Model other = continued(altered);
    const bool same = std::all_of(
        plain.weights.begin(), plain.weights.end(),
        [&](const auto& entry) { return entry.second.data == other.weights.at(entry.first).data; });
    EXPECT_FALSE(same) << name;
  }
}

}  // namespace dinas
