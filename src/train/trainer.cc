#include "train/trainer.h"

#include "base/error.h"
#include "train/run.h"
#include "train/session.h"
#include "train/step.h"

namespace dinas {

Model train_fast(const TrainingSet& data, const TrainOptions& options,
                 const TrainObserver& observer) {
  validate(options);
  DINAS_CHECK(options.profile == Profile::kFast);
  TrainingSession session(data, options);
  TrainingStep step(data, options);
  OptimiserState& optimiser = step.optimiser();
  const StateArrays state = {{"parameters", &step.parameters()},
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
