// How far each way of sampling is from the distribution it aims at, with a perfect network: what
// fewer calls cost, apart from what training leaves undone.
//
//   sampler_distance                                        the three-variable toy, exactly
//   sampler_distance --table FILE --where "METRIC top 1%"   NAS-Bench-201 cells that keep the
//   bounds
//
// "chain" is the exactly propagated law of the sampling chain, "draws" the frequencies of --count
// architectures, "floor" what a perfect sampler's draws would show on average.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "condition/bound.h"
#include "sample/law.h"
#include "sample/sampler.h"
#include "space/nasbench201.h"
#include "support/exact_denoiser.h"
#include "support/toy.h"
#include "table/table.h"

namespace dinas {
namespace {

GuidanceOptions unguided() {
  GuidanceOptions guidance;
  guidance.weight = 0.0;
  return guidance;
}

void measure_toy() {
  fmt::print("toy, both bounds, exact\n{:<10}{:>6}{:>12}\n", "noise", "steps", "chain TV");
  const Condition condition = Toy::both();
  for (const Noise noise : {Noise::kMask, Noise::kMarginal, Noise::kUniform}) {
    const Toy toy(noise);
    const std::vector<int> all =
        noise == Noise::kMask ? std::vector<int>{3, 2, 1} : std::vector<int>{500, 50, 20, 10, 6, 4};
    for (const int steps : all) {
      const auto law =
          sampling_law(toy.skeleton(), toy.denoiser(), toy.process(), condition, steps, unguided());
      fmt::print("{:<10}{:>6}{:>12.6f}\n", noise_name(noise), steps,
                 total_variation(law, Toy::law(condition)));
    }
  }
}

// The cells of a table that keep every bound; "top" bounds take higher values as better.
std::vector<Architecture> cells_inside(const std::string& file,
                                       const std::vector<std::string>& wheres) {
  Table table = load_tables({file}, make_nasbench201());
  std::vector<BoundRequest> requests;
  std::vector<MetricDistribution> metrics;
  std::vector<const Column*> columns;
  for (const std::string& where : wheres) {
    requests.push_back(parse_bound(where));
    table.require_column(requests.back().metric);  // may add columns: pointers are taken below
  }
  for (const BoundRequest& request : requests) {
    columns.push_back(table.find_column(request.metric));
    std::vector<double> values;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const double value = columns.back()->values[row];
      if (!table.degenerate(row) && !std::isnan(value)) values.push_back(value);
    }
    const bool low = request.form == BoundRequest::Form::kAtMost;
    metrics.emplace_back(MetricSpec{request.metric, low ? Direction::kMin : Direction::kMax},
                         std::move(values));
  }
  const std::vector<Bound> bounds = resolve_bounds(requests, metrics);
  std::vector<Architecture> inside;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    bool all = !table.degenerate(row);
    for (std::size_t b = 0; b < bounds.size(); ++b) {
      const std::size_t metric = bounds[b].metric;
      all = all && keeps(bounds[b], metrics[metric], columns[metric]->values[row]);
    }
    if (all) inside.push_back(table.architecture(row));
  }
  if (inside.empty()) throw Error("no cell of the table keeps the bounds: loosen one of them");
  return inside;
}

std::vector<std::vector<double>> marginals_of(const Skeleton& skeleton,
                                              const std::vector<Architecture>& architectures) {
  std::vector<std::vector<double>> m;
  for (const Variable& v : skeleton.variables) {
    m.emplace_back(static_cast<std::size_t>(v.size()), 0.0);
  }
  for (const Architecture& a : architectures) {
    for (std::size_t v = 0; v < a.size(); ++v) {
      m[v][a[v]] += 1.0 / static_cast<double>(architectures.size());
    }
  }
  return m;
}

// A set of NAS-Bench-201 cells as the target, each cell equally likely.
class CellStudy {
 public:
  CellStudy(std::vector<Architecture> inside, std::size_t count)
      : space_(make_nasbench201()), inside_(std::move(inside)), count_(count) {
    std::vector<Architecture> all;
    for (std::uint64_t i = 0; i < *space_->enumerable(); ++i) {
      all.push_back(nth_architecture(skeleton(), i));
    }
    marginals_ = marginals_of(skeleton(), all);
    target_.assign(all.size(), 0.0);
    for (const Architecture& a : inside_) {
      target_[architecture_index(skeleton(), a)] = 1.0 / static_cast<double>(inside_.size());
    }
  }

  void run() const {
    fmt::print("{} cells, {} draws, floor {:.4f}\n", inside_.size(), count_,
               sampling_floor(target_, count_));
    fmt::print("{:<10}{:>6}{:>12}{:>14}{:>12}{:>14}{:>9}\n", "noise", "steps", "draws TV",
               "draws inside", "chain TV", "chain inside", "seconds");
    for (const int steps : {6, 4, 3, 2, 1}) measure(Noise::kMask, steps, true);
    // A dense step over 15,625 states takes about a second, so long chains are only drawn.
    for (const int steps : {500, 50, 20, 10, 6, 4}) measure(Noise::kMarginal, steps, steps <= 20);
  }

 private:
  [[nodiscard]] const Skeleton& skeleton() const { return space_->skeleton(); }

  [[nodiscard]] double share_inside(const std::vector<double>& law) const {
    double share = 0.0;
    for (std::size_t i = 0; i < law.size(); ++i) share += target_[i] > 0.0 ? law[i] : 0.0;
    return share;
  }

  void measure(Noise noise, int steps, bool propagate) const {
    const Condition condition = {-1.0F};
    const ReverseProcess process{noise, Schedule(500), marginals_};
    const ExactDenoiser denoiser(skeleton(), process,
                                 {{condition, inside_, std::vector<double>(inside_.size(), 1.0)}});
    SampleOptions options;
    options.count = count_;
    options.threads = available_threads();
    options.steps = steps;
    options.guidance = unguided();
    const auto start = std::chrono::steady_clock::now();
    const Drawn drawn = draw_architectures(skeleton(), denoiser, process, condition, options);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::vector<double> shares(target_.size(), 0.0);
    for (const Architecture& a : drawn.architectures) {
      shares[architecture_index(skeleton(), a)] += 1.0 / static_cast<double>(count_);
    }
    std::string chain = fmt::format("{:>12}{:>14}", "-", "-");
    if (propagate) {
      const auto law = sampling_law(skeleton(), denoiser, process, condition, steps, unguided());
      chain = fmt::format("{:>12.4f}{:>14.5f}", total_variation(law, target_), share_inside(law));
    }
    fmt::print("{:<10}{:>6}{:>12.4f}{:>14.5f}{}{:>9.2f}\n", noise_name(noise), steps,
               total_variation(shares, target_), share_inside(shares), chain, seconds.count());
    std::fflush(stdout);
  }

  std::shared_ptr<const Space> space_;
  std::vector<Architecture> inside_;
  std::size_t count_;
  std::vector<std::vector<double>> marginals_;
  std::vector<double> target_;  // [15,625] in the order of architecture_index
};

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  CLI::App app("Distance of sampling chains to their target, with a perfect network");
  std::string table;
  std::vector<std::string> wheres;
  std::size_t count = 60000;
  auto* table_option = app.add_option("--table", table, "NAS-Bench-201 table (CSV)");
  auto* where_option = app.add_option("--where", wheres, "bound(s) that define the target");
  where_option->needs(table_option);
  table_option->needs(where_option);
  app.add_option("--count", count, "architectures drawn a setting")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  try {
    if (table.empty()) {
      dinas::measure_toy();
    } else {
      dinas::CellStudy(dinas::cells_inside(table, wheres), count).run();
    }
  } catch (const dinas::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return 0;
}
