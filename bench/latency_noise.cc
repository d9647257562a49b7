// How far measured latencies can be trusted: one network timed again and again, and cells of
// NAS-Bench-201 drawn at random timed in independent passes.
//
// Says the coefficient of variation of the repeated medians and the rank correlation of the passes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "eval/statistics.h"
#include "network/latency.h"
#include "network/macro.h"
#include "space/draw.h"
#include "space/space.h"

namespace dinas {
namespace {

struct Settings {
  std::string cell =
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|skip_connect~0|nor_conv_1x1~1|"
      "nor_conv_3x3~2|";
  int repeats = 30;
  int cells = 200;
  std::uint64_t seed = 0;
  bool wall = false;
  LatencyOptions latency;
};

// Ranks 0, 1, ...; equal values do not occur among measured times.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> result(values.size());
  for (std::size_t r = 0; r < order.size(); ++r) result[order[r]] = static_cast<double>(r);
  return result;
}

double rank_correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto ra = ranks(a);
  const auto rb = ranks(b);
  const auto n = static_cast<double>(a.size());
  double squares = 0.0;
  for (std::size_t i = 0; i < ra.size(); ++i) squares += (ra[i] - rb[i]) * (ra[i] - rb[i]);
  return 1.0 - 6.0 * squares / (n * (n * n - 1.0));
}

void time_one_again(const Settings& s, const Space& space, LatencyMeter& meter) {
  std::string why;
  const auto cell = space.parse(s.cell, why);
  if (!cell) throw Error(why);
  const ImageNetwork network = build_network(space, *cell, {});
  std::vector<double> medians;
  std::vector<double> references;
  int noisy = 0;
  for (int i = 0; i < s.repeats; ++i) {
    const Timing t = meter.measure(network);
    medians.push_back(t.median_ms);
    references.push_back(t.reference_ms);
    noisy += t.noisy ? 1 : 0;
  }
  const MeanSd spread = mean_sd(medians);
  const MeanSd drift = mean_sd(references);
  fmt::print(
      "one network, {} medians: {:.3f} ms, coefficient of variation {:.2f} % (reference "
      "alone {:.2f} %), flagged {}\n",
      s.repeats, spread.mean, 100.0 * spread.sd / spread.mean, 100.0 * drift.sd / drift.mean,
      noisy);
}

std::vector<double> pass(const Settings& s, const Space& space, LatencyMeter& meter) {
  std::vector<double> medians;
  int noisy = 0;
  double error = 0.0;
  for (int i = 0; i < s.cells; ++i) {
    RandomStream stream(s.seed, Purpose::kSpace, static_cast<std::uint32_t>(i));
    const Architecture cell = random_architecture(space.skeleton(), stream);
    const Timing t = meter.measure(build_network(space, cell, {}));
    medians.push_back(t.median_ms);
    error += t.error / s.cells;
    noisy += t.noisy ? 1 : 0;
  }
  const auto [least, most] = std::ranges::minmax(medians);
  fmt::print("a pass over {} cells: {:.3f} to {:.3f} ms, mean error {:.2f} %, flagged {}\n",
             s.cells, least, most, 100.0 * error, noisy);
  return medians;
}

void run(const Settings& s) {
  const auto space = find_space("nasbench201");
  LatencyMeter meter(s.latency, s.wall ? steady_seconds : Clock{});
  fmt::print("reference {:.3f} ms\n", meter.reference_ms());
  time_one_again(s, *space, meter);
  const double start = steady_seconds();
  const auto first = pass(s, *space, meter);
  const auto second = pass(s, *space, meter);
  std::vector<double> apart;
  for (std::size_t i = 0; i < first.size(); ++i) {
    apart.push_back(std::abs(first[i] - second[i]) / (first[i] + second[i]) * 2.0);
  }
  std::ranges::sort(apart);
  fmt::print(
      "two passes: rank correlation {:.4f}; median difference {:.2f} %, nine tenths below "
      "{:.2f} %; {:.2f} s a cell\n",
      rank_correlation(first, second), 100.0 * apart[apart.size() / 2],
      100.0 * apart[apart.size() * 9 / 10], (steady_seconds() - start) / (2.0 * s.cells));
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  dinas::Settings settings;
  CLI::App app("How far measured latencies can be trusted");
  app.add_option("--cell", settings.cell, "the cell that is timed again and again");
  app.add_option("--repeats", settings.repeats, "how often");
  app.add_option("--cells", settings.cells, "random cells of a pass");
  app.add_option("--seed", settings.seed, "which cells");
  app.add_option("--batch", settings.latency.inference.batch, "images at once");
  app.add_option("--threads", settings.latency.inference.threads, "threads of a network");
  app.add_flag("--wall", settings.wall, "time one thread by the clock on the wall as well");
  app.add_option("--rounds", settings.latency.timing.rounds, "rounds at least");
  app.add_option("--most-rounds", settings.latency.timing.most_rounds, "rounds at most");
  CLI11_PARSE(app, argc, argv);
  try {
    dinas::run(settings);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
