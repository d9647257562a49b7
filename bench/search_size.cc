// How long a model of the size that a search trains takes to learn all it can from few labels.
//
// Trains it on the labels of some architectures of a table (and all of them unlabelled) and says,
// as it goes, how it does on pairs it does not train on: architectures that meet bounds, drawn
// among the rows whose labels it has not seen, by the exact distribution of their values. The
// plateau is the step after which the best of the whole run is hardly better.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "table/table.h"
#include "train/batch.h"
#include "train/step.h"
#include "train/training_set.h"

namespace dinas {
namespace {

struct Settings {
  std::string table;
  std::string metric = "cifar10_test_200:max";
  std::uint64_t labels = 100;
  int threads = 2;
  int batch = 64;
  int steps = 2000;
  int every = 25;
  double rate = 5e-3;
  double tail_exponent = 1.25;
  std::uint64_t seed = 0;
};

// The rows that the model sees without labels, with labels: ranked by its own labels, so that a
// bound means the same to both. Rows better than all of those have no rank and are left out.
TrainingSet held_out(const Table& table, const TrainingSet& seen) {
  TrainingSet set;
  set.space = seen.space;
  set.metrics = seen.metrics;
  set.marginals = seen.marginals;
  set.labels.metrics = seen.metrics.size();
  for (std::size_t i = seen.labelled; i < seen.architectures.size(); ++i) {
    const auto row = table.find(seen.architectures[i]).value();
    set.architectures.push_back(seen.architectures[i]);
    set.labels.classes.push_back(table.class_of(row));
    for (const MetricDistribution& m : seen.metrics) {
      const double value = table.find_column(m.spec().name)->values[row];
      set.labels.ranks.push_back(static_cast<std::uint32_t>(m.rank(value)));
    }
  }
  set.labelled = set.architectures.size();
  set.evaluated = set.labelled;
  return set;
}

class Held {
 public:
  Held(const TrainingSet& data, const TrainOptions& options)
      : layout_(fast_parameters(options.denoiser, data.space->skeleton(), data.metrics.size())),
        network_(options.denoiser, data.space->skeleton(), data.metrics.size(), layout_, kBlock),
        gradient_(layout_.size()) {
    BatchMaker maker(data, {options.noise, options.diffusion_steps, options.tail_exponent,
                            options.loss_weights, options.seed + 1});
    maker.make(0, 0, kGraphs, batch_);
  }

  double loss(const TensorMap& weights) {
    const std::vector<float> parameters = layout_.pack(weights);
    return network_.loss_and_gradient(parameters.data(), batch_, 1.0F / kGraphs, gradient_.data());
  }

 private:
  static constexpr std::size_t kBlock = 32;
  static constexpr std::size_t kGraphs = 4096;
  train::ParameterLayout layout_;
  train::Network network_;
  TrainBatch batch_;
  std::vector<float> gradient_;
};

TrainOptions train_options(const Settings& s) {
  TrainOptions o;
  o.denoiser.width = 48;
  o.denoiser.layers = 2;
  o.denoiser.feed_forward = 4 * o.denoiser.width;
  o.batch = s.batch;
  o.threads = s.threads;
  o.seed = s.seed;
  o.tail_exponent = s.tail_exponent;
  return o;
}

struct Point {
  int step = 0;
  double seconds = 0.0;
  double loss = 0.0;
};

void run(const Settings& s) {
  const auto space = find_space("nasbench201");
  const Table table = load_tables({s.table}, space);
  const MetricSpec metric = parse_metric_spec(s.metric);
  const TrainingSet seen = make_training_set(table, {metric}, {s.labels, 0.0, s.seed});
  const TrainingSet rest = held_out(table, seen);
  const TrainOptions options = train_options(s);
  TrainingStep training(seen, options);
  Held held(rest, options);
  std::vector<Point> points;
  double seconds = 0.0;
  for (int step = 0; step < s.steps; ++step) {
    const auto start = std::chrono::steady_clock::now();
    training.run(static_cast<std::uint64_t>(step), s.rate * rate_share(step / double(s.steps)));
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if ((step + 1) % s.every == 0) {
      points.push_back({step + 1, seconds, held.loss(training.averaged())});
    }
  }
  const auto best = std::ranges::min_element(points, {}, &Point::loss);
  const auto near =
      std::ranges::find_if(points, [&](const Point& p) { return p.loss <= 1.01 * best->loss; });
  std::cout << "step seconds held-out-loss\n";
  for (const Point& p : points)
    std::cout << fmt::format("{} {:.3f} {:.4f}\n", p.step, p.seconds, p.loss);
  std::cout << fmt::format(
      "best {:.4f} after {} steps, within 1 % of it after {} steps, {:.3f} s\n", best->loss,
      best->step, near->step, near->seconds);
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  dinas::Settings s;
  CLI::App app("Held-out loss of a search-size model against steps");
  app.add_option("--table", s.table, "table of NAS-Bench-201 accuracies")->required();
  app.add_option("--metric", s.metric, "NAME:max|min")->capture_default_str();
  app.add_option("--labels", s.labels, "labelled architectures")->capture_default_str();
  app.add_option("--threads", s.threads, "threads")->capture_default_str();
  app.add_option("--batch", s.batch, "graphs a step")->capture_default_str();
  app.add_option("--steps", s.steps, "steps of the run")->capture_default_str();
  app.add_option("--every", s.every, "steps between two looks")->capture_default_str();
  app.add_option("--learning-rate", s.rate, "peak rate")->capture_default_str();
  app.add_option("--tail-exponent", s.tail_exponent, "practice of tight bounds")
      ->capture_default_str();
  app.add_option("--seed", s.seed, "seed")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    dinas::run(s);
  } catch (const std::exception& error) {
    std::cerr << "search_size: " << error.what() << "\n";
    return 1;
  }
}
