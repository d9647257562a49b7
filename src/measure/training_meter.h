// What an architecture's network learns: trained from a random start, the same way for every
// architecture.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "measure/meter.h"
#include "nettrain/trainer.h"
#include "network/macro.h"
#include "space/space.h"

namespace dinas {

/// Names that TrainingMeter knows: accuracy (percent of the test images) and log_loss (natural).
const std::vector<std::string>& training_metrics();

/// How it is trained, and on what.
struct TrainingTask {
  Macro macro;  // channels and classes of the images are the dataset's
  TrainRecipe recipe;
  std::shared_ptr<const Dataset> train;
  std::shared_ptr<const Dataset> test;
  std::uint64_t seed = 0;
};

class TrainingMeter final : public Meter {
 public:
  /// `columns`: of training_metrics().
  TrainingMeter(std::shared_ptr<const Space> space, TrainingTask task,
                std::vector<std::string> columns);

  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }
  [[nodiscard]] std::vector<double> measure(
      std::span<const std::uint8_t> architecture) const override;

 private:
  std::shared_ptr<const Space> space_;
  TrainingTask task_;
  std::vector<std::string> columns_;
};

}  // namespace dinas
