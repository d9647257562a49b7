// What an architecture's network is worth before any training.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "measure/meter.h"
#include "network/macro.h"
#include "score/inputs.h"
#include "space/space.h"

namespace dinas {

/// Names that ScoreMeter knows: ntk_condition, linear_regions, naswot, synflow, zico.
const std::vector<std::string>& score_metrics();

/// What the scores look at, the same for every architecture; all of it three times, because a score
/// is the mean of three random starts.
struct ScoreTask {
  static constexpr std::size_t kStarts = 3;
  struct Inputs {
    ImageBatch kernel;  // of ntk_condition
    ImageBatch images;  // of the others
    ImageBatch crops;   // of linear_regions
  };

  /// Channels, size and classes of the images are set in `macro`. Throws UsageError where the
  /// dataset has too few images.
  ScoreTask(const Space& space, const Macro& macro, const Dataset& dataset, std::uint64_t seed);

  Macro macro;  // of the network of all scores but linear_regions
  Macro thin;   // of linear_regions: one channel, no stem
  std::array<Inputs, kStarts> inputs;
  std::uint64_t seed = 0;
};

/// One score.
class ScoreMeter final : public Meter {
 public:
  /// `score`: of score_metrics().
  ScoreMeter(std::shared_ptr<const Space> space, std::shared_ptr<const ScoreTask> task,
             std::string score);

  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
  [[nodiscard]] std::vector<double> measure(
      std::span<const std::uint8_t> architecture) const override;

 private:
  std::shared_ptr<const Space> space_;
  std::shared_ptr<const ScoreTask> task_;
  std::vector<std::string> columns_;
};

}  // namespace dinas
