#include "torch/fast_trainer.h"

#include "torch/fast_step.h"
#include "train/optimiser.h"
#include "train/session.h"

namespace dinas {

Model train_fast(const TrainingSet& data, const TrainOptions& options,
                 const TrainObserver& observer) {
  TrainingSession session(data, options);
  FastStep step(data, options);
  OptimiserState& optimiser = step.optimiser();
  const StateArrays state = {{"parameters", &step.parameters().flat()},
                             {"average", &optimiser.average},
                             {"first_moment", &optimiser.first},
                             {"second_moment", &optimiser.second}};
  session.run(
      state,
      [&](std::uint64_t number, double fraction) {
        return step.run(number, options.learning_rate * rate_share(fraction));
      },
      observer);
  Model model = session.model();
  model.weights = step.averaged();
  return model;
}

}  // namespace dinas
