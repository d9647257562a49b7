// What a training step of the default network on NAS-Bench-201 with seven metrics spends its time
// on: drawing the batch, the network's forward and backward, the optimiser.
//
//   step_parts [STEPS]
//
// One thread, processor time. "products": what the multiply-adds of the products alone would take,
// of a forward and of a backward that has two such products for each, at the rate of a lone one.
#include <fmt/format.h>

#include <string>

#include "base/parallel.h"
#include "engine/fast.h"
#include "engine/product_rate.h"
#include "model/initialise.h"
#include "model/parameters.h"
#include "processor_time.h"
#include "random_training_set.h"
#include "support/random_model.h"
#include "train/batch.h"
#include "train/network.h"
#include "train/optimiser.h"

int main(int argc, char** argv) {
  using namespace dinas;
  constexpr std::size_t kMetrics = 7;
  constexpr std::size_t kGraphs = 256;
  constexpr std::size_t kBlock = 32;  // graphs, as in TrainingStep: 256 rows of products
  const std::uint64_t steps = argc > 1 ? std::stoull(argv[1]) : 100;
  const TrainingSet data = random_training_set(kMetrics);
  const Skeleton& skeleton = data.space->skeleton();
  const DenoiserConfig config;
  const train::ParameterLayout layout(fast_parameters(config, skeleton, kMetrics));
  std::vector<float> parameters = layout.pack(initial_parameters(config, skeleton, kMetrics, 0));
  OptimiserState state = initial_state(parameters);
  ThreadTeam alone(1);
  train::Network network(config, skeleton, kMetrics, layout, kBlock);
  BatchMaker maker(data, {});
  TrainBatch batch;
  std::vector<float> gradient(layout.size());
  double drawing = 0.0;
  double passing = 0.0;
  double optimising = 0.0;
  const double rate = product_rate(Precision::kFloat32, 1);
  for (std::uint64_t step = 0; step < steps; ++step) {
    const double start = processor_seconds();
    maker.make(step, 0, kGraphs, batch);
    const double drawn = processor_seconds();
    std::ranges::fill(gradient, 0.0F);
    network.loss_and_gradient(parameters.data(), batch, 1.0F / kGraphs, gradient.data());
    const double passed = processor_seconds();
    optimiser_step({}, step + 1, 1e-3, gradient, parameters, state, alone);
    drawing += drawn - start;
    passing += passed - drawn;
    optimising += processor_seconds() - passed;
  }
  const auto denoiser = make_fast_denoiser(random_model(config, skeleton, kMetrics), *data.space);
  const double products = 3.0 * 2.0 * static_cast<double>(denoiser->nominal_multiply_adds()) *
                          static_cast<double>(kGraphs * steps) / rate;
  const double all = drawing + passing + optimising;
  const auto line = [&](const char* name, double seconds) {
    fmt::print("{:<22}{:>8.2f} ms a step{:>6.0f} %\n", name,
               1e3 * seconds / static_cast<double>(steps), 100.0 * seconds / all);
  };
  line("drawing the batch", drawing);
  line("forward and backward", passing);
  line("  its products alone", products);
  line("optimiser", optimising);
  return 0;
}
