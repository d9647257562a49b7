// One training step of the fast denoiser against the same step out of libtorch's own operators: the
// fixed yardstick of every later change to the trainer.
//
//   native  TrainingStep::run: oneDNN and Highway, a block of graphs at a time, batches made by it
//   eager   bench/eager_training.h: autograd over the whole batch, torch::optim::AdamW
//   bound   what the matrix products of a step would take at the rate of a lone product of oneDNN
//
// Both take the same batches; the eager ones are made beforehand and ready as tensors, the native
// step makes its own. Rounds of the two alternate, so that what else the machine does hits both;
// medians over the rounds. The data are all cells of NAS-Bench-201 with random ranks on seven
// metrics: speed does not depend on what the ranks say.
#include <fmt/format.h>
#include <omp.h>
#include <torch/torch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "eager_training.h"
#include "engine/product_rate.h"
#include "model/features.h"
#include "random_training_set.h"
#include "torch/backend.h"
#include "train/batch.h"
#include "train/step.h"

namespace dinas {
namespace {

constexpr std::size_t kMetrics = 7;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

// A batch of all values, as the eager step wants it.
eager::Batch eager_batch(const TrainOptions& options, const EagerNetwork& network,
                         const TrainBatch& batch) {
  const auto graphs = static_cast<std::int64_t>(batch.graphs);
  const std::size_t count = feature_count(options.denoiser, kMetrics);
  std::vector<float> features(batch.graphs * count);
  for (std::size_t g = 0; g < batch.graphs; ++g) {
    write_features(options.denoiser, std::span(batch.conditions).subspan(g * kMetrics, kMetrics),
                   static_cast<double>(batch.times[g]),
                   std::span(features).subspan(g * count, count));
  }
  return {network.encode(batch.states), torch::tensor(features).view({graphs, -1}),
          torch::tensor(batch.targets).view({graphs, network.skeleton().variable_count(), -1}),
          torch::tensor(batch.weights).view({graphs, -1})};
}

// The first batches of a training run.
std::vector<eager::Batch> eager_batches(const TrainingSet& data, const TrainOptions& options,
                                        int count) {
  BatchMaker maker(data, {options.noise, options.diffusion_steps, options.tail_exponent,
                          options.loss_weights, options.seed});
  const EagerNetwork network(options.denoiser, data.space->skeleton());
  std::vector<eager::Batch> batches;
  TrainBatch batch;
  for (int i = 0; i < count; ++i) {
    maker.make(static_cast<std::uint64_t>(i), 0, static_cast<std::size_t>(options.batch), batch);
    batches.push_back(eager_batch(options, network, batch));
  }
  return batches;
}

eager::Step::Options eager_options(const TrainOptions& options) {
  eager::Step::Options result;
  result.network = options.denoiser;
  result.metrics = kMetrics;
  result.seed = options.seed;
  return result;
}

// Floating-point operations of the matrix products of a step, attention included: a product of the
// forward pass comes back as two of the same size.
double product_flops(const DenoiserConfig& c, const Skeleton& skeleton, double graphs) {
  const double d = c.width;
  const double nodes = skeleton.nodes;
  const double condition = c.condition;
  const double token = c.layers * (4.0 * d * d + 2.0 * d * c.feed_forward + 2.0 * d * nodes) +
                       d * static_cast<double>(skeleton.vocabulary.size());
  const auto features = static_cast<double>(feature_count(c, kMetrics));
  const double graph =
      features * condition + condition * condition + condition * (6.0 * c.layers + 2.0) * d;
  return 3.0 * 2.0 * graphs * (nodes * token + graph);
}

struct Settings {
  int threads = 2;
  int rounds = 15;
  int steps = 10;  // a round
};

class Race {
 public:
  Race(const TrainOptions& options, const Settings& settings)
      : options_(options),
        settings_(settings),
        data_(random_training_set(kMetrics)),
        batches_(eager_batches(data_, options, settings.steps)),
        native_(data_, options_),
        eager_(eager_options(options), data_.space->skeleton()) {}

  void run() {
    warm_up();
    double loads[1] = {0.0};
    for (int r = 0; r < settings_.rounds; ++r) {
      native_round();
      eager_round();
      rates_.push_back(product_rate(Precision::kFloat32, settings_.threads));
    }
    getloadavg(loads, 1);
    print(loads[0]);
  }

 private:
  static constexpr double kRate = 1e-3;

  [[nodiscard]] double graphs() const {
    return static_cast<double>(settings_.steps) * options_.batch;
  }

  // A round of each, untimed: they pay for memory and caches. The two must compute the same thing:
  // the losses of their first batch, float sums of some 10^4 terms, agree to 1e-4.
  void warm_up() {
    const double native = native_.run(native_steps_++, kRate);
    const double eager = eager_.run(batches_.front());
    if (!(std::abs(native - eager) < 1e-4 * eager)) {
      throw Error(
          fmt::format("the first loss is {} native, {} eager: expected the same", native, eager));
    }
    native_round();
    eager_round();
    native_speed_.clear();
    eager_speed_.clear();
  }

  void native_round() {
    const double seconds = seconds_of([&] {
      for (int i = 0; i < settings_.steps; ++i) native_.run(native_steps_++, kRate);
    });
    native_speed_.push_back(graphs() / seconds);
  }

  void eager_round() {
    // The native step sets one OpenMP thread for each of its own threads.
    omp_set_num_threads(settings_.threads);
    const double seconds = seconds_of([&] {
      for (const eager::Batch& batch : batches_) eager_.run(batch);
    });
    eager_speed_.push_back(graphs() / seconds);
  }

  void print(double load) const {
    const double native = median(native_speed_);
    const double eager = median(eager_speed_);
    const double flops = product_flops(options_.denoiser, data_.space->skeleton(), options_.batch);
    const double rate = median(rates_);
    const double bound = rate / flops * options_.batch;
    fmt::print("{}\n", describe_backend(settings_.threads).description);
    fmt::print("batch {}, {} rounds of {} steps, load average {:.1f}\n", options_.batch,
               settings_.rounds, settings_.steps, load);
    fmt::print("{:<6}{:>10.0f} graphs/s\n", "eager", eager);
    fmt::print("{:<6}{:>10.0f} graphs/s{:>8.2f} x eager, its batches included\n", "native", native,
               native / eager);
    fmt::print(
        "{:<6}{:>10.0f} graphs/s ({:.2f} GFLOP a step at {:.0f} GFLOP/s); native {:.0f} %, "
        "eager {:.0f} % of it\n",
        "bound", bound, flops * 1e-9, rate * 1e-9, 100.0 * native / bound, 100.0 * eager / bound);
  }

  const TrainOptions& options_;
  Settings settings_;
  TrainingSet data_;
  std::vector<eager::Batch> batches_;  // [steps of a round]
  TrainingStep native_;
  eager::Step eager_;
  std::uint64_t native_steps_ = 0;
  std::vector<double> native_speed_;  // graphs a second, per round
  std::vector<double> eager_speed_;
  std::vector<double> rates_;
};

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  CLI::App app("Training steps a second: the native step against libtorch's own operators");
  dinas::Settings settings;
  settings.threads = dinas::available_threads();
  dinas::TrainOptions options;
  app.add_option("--threads", settings.threads, "of both")->check(CLI::Range(1, 64));
  app.add_option("--rounds", settings.rounds, "of each step")->check(CLI::PositiveNumber);
  app.add_option("--steps", settings.steps, "a round")->check(CLI::PositiveNumber);
  app.add_option("--batch", options.batch, "graphs a step")->check(CLI::Range(1, 65536));
  CLI11_PARSE(app, argc, argv);
  options.threads = settings.threads;
  dinas::Race(options, settings).run();
  return 0;
}
