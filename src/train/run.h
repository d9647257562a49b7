// The course of a training run: how far it is, when it reports, when it checkpoints.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// What a run will have made, before its training record.
ModelConfig planned_config(const TrainOptions& options, const TrainingSet& data);

/// Text that must be equal for a checkpoint to be continued: every option that changes the result
/// and a fingerprint of the data.
std::string resume_key(const TrainOptions& options, const TrainingSet& data);

/// Clock and counters of one run. Time spent in earlier processes counts.
class TrainClock {
 public:
  TrainClock(const TrainOptions& options, std::size_t architectures);

  /// Continues a run after `step` steps and `elapsed` seconds.
  void restore(std::uint64_t step, double elapsed);

  [[nodiscard]] std::uint64_t step() const { return step_; }
  [[nodiscard]] double elapsed() const;
  /// 0..1 of the steps or of the time, whichever is limited; of both, the larger share.
  [[nodiscard]] double fraction() const;
  [[nodiscard]] bool finished() const { return fraction() >= 1.0; }

  void count_step(double loss);
  /// A report is due (every half second); resets the mean loss.
  [[nodiscard]] bool report_due() const;
  TrainProgress report();
  [[nodiscard]] bool checkpoint_due() const;
  void checkpointed();

 private:
  using Clock = std::chrono::steady_clock;
  static double seconds_since(Clock::time_point start);

  double max_seconds_;
  double checkpoint_seconds_;
  int batch_;
  std::uint64_t total_steps_ = 0;  // 0: by time
  std::uint64_t step_ = 0;
  std::uint64_t first_step_ = 0;  // of this process
  double earlier_ = 0.0;          // seconds of earlier processes
  double loss_sum_ = 0.0;
  std::uint64_t loss_count_ = 0;
  Clock::time_point start_;
  Clock::time_point last_report_;
  Clock::time_point last_checkpoint_;
};

/// Throws UsageError that names the option: batch, rate, widths, a length in epochs or seconds.
void validate(const TrainOptions& options);

}  // namespace dinas
