#include "torch/paper_batch.h"

#include <algorithm>

#include "diffusion/mask.h"
#include "torch/paper_graph.h"

namespace dinas {

PaperBatchMaker::PaperBatchMaker(const TrainingSet& data, const PaperConfig& config,
                                 int diffusion_steps, std::uint64_t seed)
    : data_(data),
      config_(config),
      seed_(seed),
      schedule_(diffusion_steps),
      marginals_(paper_marginals(data.space->skeleton(), data.marginals)),
      classes_(training_classes(data, config)) {}

void PaperBatchMaker::make(std::uint64_t step, PaperBatch& batch) {
  const std::size_t rows = data_.architectures.size();
  const auto size = static_cast<std::size_t>(config_.batch);
  const std::uint64_t steps_per_epoch = (rows + size - 1) / size;
  const std::uint64_t epoch = step / steps_per_epoch;
  if (order_.empty() || epoch != epoch_) {
    RandomStream stream(seed_, Purpose::kPair, 0, static_cast<std::uint32_t>(epoch));
    order_ = random_order(static_cast<int>(rows), stream);
    epoch_ = epoch;
  }
  const auto first = static_cast<std::size_t>(step % steps_per_epoch) * size;
  batch = {};
  batch.graphs = std::min(size, rows - first);
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    add_graph(static_cast<std::size_t>(order_[first + g]), static_cast<std::uint32_t>(g),
              static_cast<std::uint32_t>(step), batch);
  }
}

void PaperBatchMaker::add_graph(std::size_t row, std::uint32_t item, std::uint32_t step,
                                PaperBatch& batch) const {
  RandomStream noise(seed_, Purpose::kNoise, item, step);
  const std::uint32_t t = noise.below(static_cast<std::uint32_t>(schedule_.steps()) + 1);
  const Architecture clean = paper_graph(data_.space->skeleton(), data_.architectures[row]);
  const Architecture noisy = noised_graph(clean, marginals_, schedule_.abar[t], noise);
  batch.clean.insert(batch.clean.end(), clean.begin(), clean.end());
  batch.noisy.insert(batch.noisy.end(), noisy.begin(), noisy.end());
  batch.times.push_back(static_cast<double>(t) / schedule_.steps());

  RandomStream coins(seed_, Purpose::kDropout, item, step);
  const std::vector<float> codes =
      class_codes(drop_classes(classes_[row], config_.drop_condition, coins));
  batch.codes.insert(batch.codes.end(), codes.begin(), codes.end());
}

}  // namespace dinas
