#include "measure/training_meter.h"

#include <utility>

#include "base/error.h"

namespace dinas {

const std::vector<std::string>& training_metrics() {
  static const std::vector<std::string> names = {"accuracy", "log_loss"};
  return names;
}

TrainingMeter::TrainingMeter(std::shared_ptr<const Space> space, TrainingTask task,
                             std::vector<std::string> columns)
    : space_(std::move(space)), task_(std::move(task)), columns_(std::move(columns)) {
  task_.macro = fitted(task_.macro, *task_.train, task_.recipe);
}

std::vector<double> TrainingMeter::measure(std::span<const std::uint8_t> architecture) const {
  const ImageNetwork network =
      pruned_for_training(build_network(*space_, architecture, task_.macro));
  const Evaluation found =
      train_image_network(network, *task_.train, *task_.test, task_.recipe, task_.seed).validation;
  std::vector<double> values;
  for (const std::string& column : columns_) {
    DINAS_CHECK(column == "accuracy" || column == "log_loss");
    values.push_back(column == "accuracy" ? 100.0 * found.accuracy : found.log_loss);
  }
  return values;
}

}  // namespace dinas
