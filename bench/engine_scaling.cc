// How the cost of an architecture grows with its number of variables, the width and the layers of
// the network and the number of metrics; and what an architecture costs in every space.
//
//   engine_scaling [--seconds S] [--json FILE]
//
// Mask noise, one variable a call, guided, one thread. Weights are random: time does not depend on
// them, except that how often states coincide does. Times are processor time, the least of several
// runs, so that a busy machine disturbs them little.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "engine/fast.h"
#include "engine/isa.h"
#include "engine/product_rate.h"
#include "processor_time.h"
#include "sample/sampler.h"
#include "support/random_model.h"
#include "support/toy_space.h"
#include "synthetic_spaces.h"

namespace dinas {
namespace {

constexpr std::size_t kLargestBatch = 1024;
constexpr std::size_t kMetrics = 7;
constexpr SampleSavings kEveryState{
    .equal_states = false, .pair_conditions = true, .unchanged_graphs = false};

struct Cost {
  double size = 0.0;          // of what is varied
  double microseconds = 0.0;  // an architecture
  double mega_flop = 0.0;     // executed for it, padding left out
  std::size_t batch = 0;      // architectures drawn at once
  [[nodiscard]] nlohmann::json json() const {
    return {
        {"size", size}, {"microseconds", microseconds}, {"mega_flop", mega_flop}, {"batch", batch}};
  }
};

// Draws from an untrained model of a space.
class Drawing {
 public:
  Drawing(std::shared_ptr<const Space> space, const DenoiserConfig& config, std::size_t metrics)
      : space_(std::move(space)),
        denoiser_(make_fast_denoiser(random_model(config, space_->skeleton(), metrics), *space_)),
        condition_(metrics, kOpen) {
    condition_[0] = std::log(0.5F);
  }

  /// The largest power of two that takes at most about `seconds` a run, up to kLargestBatch.
  Cost grow(double seconds) {
    std::size_t batch = 1;
    while (batch < kLargestBatch && run(batch, kEveryState).first < seconds / 2.0) batch *= 2;
    return best(batch, kEveryState);
  }

  Cost best(std::size_t batch, const SampleSavings& savings) {
    constexpr int kRuns = 5;
    double least = 0.0;
    double mega_flop = 0.0;
    for (int r = 0; r < kRuns; ++r) {
      const auto [seconds, flop] = run(batch, savings);
      least = r == 0 ? seconds : std::min(least, seconds);
      mega_flop = flop / 1e6;
    }
    const auto n = static_cast<double>(batch);
    return {0.0, 1e6 * least / n, mega_flop / n, batch};
  }

 private:
  // Processor seconds, and operations executed.
  std::pair<double, double> run(std::size_t batch, const SampleSavings& savings) {
    SampleOptions options;
    options.count = options.batch = batch;
    options.savings = savings;
    const std::uint64_t before = denoiser_->work().multiply_adds;
    const double start = processor_seconds();
    draw_architectures(space_->skeleton(), *denoiser_, {}, condition_, options);
    const double seconds = processor_seconds() - start;
    return {seconds, 2.0 * static_cast<double>(denoiser_->work().multiply_adds - before)};
  }

  std::shared_ptr<const Space> space_;
  std::unique_ptr<FastDenoiser> denoiser_;
  Condition condition_;
};

// Least squares slope of log y on log x.
double exponent(std::span<const Cost> costs, double Cost::*y) {
  double mean_x = 0.0;
  double mean_y = 0.0;
  const auto n = static_cast<double>(costs.size());
  for (const Cost& c : costs) {
    mean_x += std::log(c.size) / n;
    mean_y += std::log(c.*y) / n;
  }
  double xx = 0.0;
  double xy = 0.0;
  for (const Cost& c : costs) {
    const double x = std::log(c.size) - mean_x;
    xx += x * x;
    xy += x * (std::log(c.*y) - mean_y);
  }
  return xy / xx;
}

class Report {
 public:
  explicit Report(double seconds) : seconds_(seconds) {
    const double rate = product_rate(Precision::kFloat32, 1) / 1e9;
    fmt::print("{}; products alone: {:.0f} GFLOP/s on a thread\n", isa_report(), rate);
    json_ = {{"isa", isa_report()},
             {"product_giga_flops", rate},
             {"studies", nlohmann::json::array()},
             {"spaces", nlohmann::json::array()}};
  }

  void begin(const std::string& name) {
    name_ = name;
    costs_.clear();
    fmt::print("\n{:<36}{:>12}{:>12}{:>12}{:>8}\n", name, "us/arch", "MFLOP/arch", "GFLOP/s",
               "batch");
  }

  void add(int size, std::shared_ptr<const Space> space, const DenoiserConfig& config,
           std::size_t metrics) {
    Cost cost = Drawing(std::move(space), config, metrics).grow(seconds_);
    cost.size = size;
    costs_.push_back(cost);
    fmt::print("{:<36}{:>12.1f}{:>12.3f}{:>12.1f}{:>8}\n", size, cost.microseconds, cost.mega_flop,
               1e3 * cost.mega_flop / cost.microseconds, cost.batch);
    std::fflush(stdout);
  }

  /// Exponents over all sizes, and over the larger half of them.
  void end() {
    const std::span<const Cost> all(costs_);
    const auto upper = all.subspan(all.size() / 2);
    nlohmann::json study{{"name", name_}, {"points", nlohmann::json::array()}};
    for (const Cost& c : costs_) study["points"].push_back(c.json());
    for (const auto& [what, member] : {std::pair("microseconds", &Cost::microseconds),
                                       std::pair("mega_flop", &Cost::mega_flop)}) {
      const double overall = exponent(all, member);
      const double large = exponent(upper, member);
      fmt::print("exponent of {:<24}{:>12.2f} overall, {:.2f} from size {} on\n", what, overall,
                 large, upper.front().size);
      study["exponents"][what] = {{"overall", overall}, {"upper_half", large}};
    }
    json_["studies"].push_back(study);
  }

  void space(const std::string& name) {
    const auto own = any_space(name);
    Drawing drawing(own, {}, kMetrics);
    const Cost off = drawing.best(kLargestBatch, kEveryState);
    const Cost on = drawing.best(kLargestBatch, {});
    const int variables = own->skeleton().variable_count();
    fmt::print("{:<24}{:>6}{:>8}{:>8}{:>8}{:>14.1f}{:>14.1f}{:>12.1f}\n", name,
               own->skeleton().nodes, variables, own->skeleton().total_values(), variables,
               off.microseconds, on.microseconds, 1e3 * off.mega_flop / off.microseconds);
    std::fflush(stdout);
    json_["spaces"].push_back({{"name", name},
                               {"nodes", own->skeleton().nodes},
                               {"variables", variables},
                               {"calls", variables},
                               {"every_state", off.json()},
                               {"equal_states_once", on.json()}});
  }

  [[nodiscard]] const nlohmann::json& json() const { return json_; }

 private:
  double seconds_;
  std::string name_;
  std::vector<Cost> costs_;
  nlohmann::json json_;
};

std::shared_ptr<const Space> space_of_skeleton(Skeleton skeleton) {
  return std::make_shared<SkeletonSpace>(std::move(skeleton));
}

void grow_variables(Report& report) {
  constexpr DenoiserConfig kDefault;
  constexpr int kSizes[] = {6, 8, 12, 16, 24, 32, 48, 64, 80, 100};
  report.begin("label variables of a chain");
  for (const int n : kSizes) report.add(n, space_of_skeleton(label_chain(n)), kDefault, kMetrics);
  report.end();
  report.begin("edge variables, all pairs of nodes");
  for (const int nodes : {4, 5, 6, 7, 8, 10, 12, 14}) {
    const Skeleton skeleton = complete_dag(nodes);
    const int variables = skeleton.variable_count();
    report.add(variables, space_of_skeleton(skeleton), kDefault, kMetrics);
  }
  report.end();
  report.begin("inputs variables, of 4 nodes before");
  for (const int n : kSizes) {
    report.add(n, space_of_skeleton(input_chain(n, 4)), kDefault, kMetrics);
  }
  report.end();
  report.begin("inputs variables, of all nodes before");
  for (const int n : kSizes) {
    report.add(n, space_of_skeleton(input_chain(n, n + 1)), kDefault, kMetrics);
  }
  report.end();
}

// Other widths keep their default ratio to `width`.
void grow_network(Report& report) {
  const auto space = find_space("nasbench201");
  report.begin("width (nasbench201)");
  for (const int width : {16, 32, 64, 128, 256}) {
    DenoiserConfig config;
    config.width = width;
    config.feed_forward = 4 * width;
    config.edge_width = width / 2;
    config.condition = 2 * width;
    report.add(width, space, config, kMetrics);
  }
  report.end();
  report.begin("layers (nasbench201)");
  for (const int layers : {1, 2, 3, 4, 6, 8}) {
    DenoiserConfig config;
    config.layers = layers;
    report.add(layers, space, config, kMetrics);
  }
  report.end();
  report.begin("metrics (nasbench201)");
  for (const int metrics : {1, 2, 4, 8, 16}) {
    report.add(metrics, space, {}, static_cast<std::size_t>(metrics));
  }
  report.end();
}

void measure_spaces(Report& report) {
  fmt::print("\n{:<24}{:>6}{:>8}{:>8}{:>8}{:>14}{:>14}{:>12}\n", "space", "nodes", "vars", "values",
             "calls", "us/arch", "states once", "GFLOP/s");
  for (const std::string& name : every_space()) report.space(name);
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  CLI::App app("How the cost of an architecture grows");
  double seconds = 0.3;
  std::string file;
  app.add_option("--seconds", seconds, "about this long a run")->check(CLI::PositiveNumber);
  app.add_option("--json", file, "write the figures to this file too");
  CLI11_PARSE(app, argc, argv);
  try {
    dinas::Report report(seconds);
    dinas::grow_variables(report);
    dinas::grow_network(report);
    dinas::measure_spaces(report);
    if (!file.empty()) dinas::write_file(file, report.json().dump(2) + "\n");
  } catch (const dinas::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return 0;
}
