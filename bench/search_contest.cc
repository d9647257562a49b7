// Search methods where the space cannot be listed, on three targets that can be computed:
//
//   chain     an NK landscape (Kauffman & Levin 1987) over a chain of 40 blocks of 5 kinds: every
//             block adds a random number that depends on it and on K = 1 other one
//   cells     NAS-Bench-101 cells by their costs: as near as possible to 5 million parameters,
//             depth 4, 8 edges and one 1x1 convolution, in units of half a million and of 1
//   genotypes an NK landscape with K = 2 over the 32 variables of DARTS genotypes: many peaks
//
// A method sees values only; all start from the same architectures.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "eval/compare.h"
#include "search/methods.h"
#include "space/file_space.h"
#include "space/space.h"

namespace dinas {
namespace {

using Function = std::function<double(const Architecture&)>;

constexpr const char* kChain = R"(
name = "chain40"
summary = "a chain of 40 blocks of 5 kinds"
output = "output"
[labels]
block = ["a", "b", "c", "d", "e"]
[[node]]
name = "input"
[[node]]
name = "block"
labels = "block"
repeat = 40
chain = true
[[node]]
name = "output"
chain = true
)";

// Mean over the variables of a random number for every combination of a variable and `others` more.
class Landscape {
 public:
  Landscape(std::size_t variables, std::size_t others, std::uint64_t seed) : seed_(seed) {
    for (std::size_t i = 0; i < variables; ++i) {
      RandomStream stream(seed, Purpose::kCheck, static_cast<std::uint32_t>(i));
      std::vector<std::size_t> group{i};
      while (group.size() <= others) {
        const std::size_t j = stream.below(static_cast<std::uint32_t>(variables));
        if (std::ranges::find(group, j) == group.end()) group.push_back(j);
      }
      groups_.push_back(std::move(group));
    }
  }

  double operator()(const Architecture& architecture) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      std::uint32_t code = 0;
      for (const std::size_t j : groups_[i]) code = code * 256 + architecture[j];
      const auto item = static_cast<std::uint32_t>(groups_.size() + i);
      sum += RandomStream(seed_, Purpose::kCheck, item, code).uniform();
    }
    return sum / static_cast<double>(groups_.size());
  }

 private:
  std::uint64_t seed_;
  std::vector<std::vector<std::size_t>> groups_;  // [variables][1 + others]
};

struct Target {
  std::string name;
  std::shared_ptr<const Space> space;
  Function function;  // higher is better
};

Target landscape(std::string name, std::shared_ptr<const Space> space, std::size_t others) {
  return {std::move(name), space, Landscape(space->skeleton().variables.size(), others, 1)};
}

Target cells() {
  struct Wish {
    const char* metric;
    double value;
    double unit;
  };
  static constexpr Wish kWishes[] = {
      {"params", 5e6, 5e5}, {"depth", 4.0, 1.0}, {"edges", 8.0, 1.0}, {"conv1x1", 1.0, 1.0}};
  const auto space = find_space("nasbench101");
  return {"cells", space, [space](const Architecture& architecture) {
            double sum = 0.0;
            for (const Wish& wish : kWishes) {
              const std::size_t metric = computed_metric(*space, wish.metric).value();
              const double off = (space->compute(metric, architecture) - wish.value) / wish.unit;
              sum += off * off;
            }
            return -std::sqrt(sum);
          }};
}

void print(const Target& target, const Comparison& comparison) {
  std::cout << fmt::format("-- {}\n{:12}", target.name, "");
  for (const std::uint64_t at : comparison.checkpoints) std::cout << fmt::format("{:>9}", at);
  std::cout << "  seconds\n";
  for (const MethodOutcome& method : comparison.methods) {
    std::cout << fmt::format("{:12}", method.name);
    for (const std::uint64_t at : comparison.checkpoints) {
      std::cout << fmt::format("{:9.4f}", method.curve.mean[at - 1]);
    }
    std::cout << fmt::format("{:9.2f}\n", method.seconds);
  }
  for (const PairedDifference& d : comparison.differences) {
    if (d.first != comparison.methods.front().name || d.at < 100) continue;
    std::cout << fmt::format("{} over {} at {}: {:+.4f} [{:+.4f}, {:+.4f}]\n", d.first, d.second,
                             d.at, d.interval.mean, d.interval.low, d.interval.high);
  }
}

void run(const Target& target, const std::vector<std::string>& methods,
         const CompareOptions& options) {
  SearchTask task;
  task.space = target.space;
  task.metrics = {{{target.name, Direction::kMax, MetricLevel::kCell}, std::nullopt}};
  const Evaluator evaluator = [&target](const Architecture& a) {
    return std::optional(std::vector<double>{target.function(a)});
  };
  std::vector<ComparedMethod> compared;
  for (const std::string& name : methods) {
    compared.push_back({name, [name](const SearchTask& t, std::uint64_t seed) {
                          return make_search_method(name, t, seed);
                        }});
  }
  print(target, compare_methods(task, {}, evaluator, {}, compared, options));
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  std::vector<std::string> methods = {"dinas", "predictor", "bananas",
                                      "local", "evolution", "random"};
  dinas::CompareOptions options;
  options.budget = 300;
  options.seeds = 30;
  options.threads = 2;
  CLI::App app("Search methods where the space cannot be listed");
  app.add_option("--methods", methods, "the first one is compared with the others")->delimiter(',');
  app.add_option("--budget", options.budget, "evaluations")->capture_default_str();
  app.add_option("--seeds", options.seeds, "searches of each method")->capture_default_str();
  app.add_option("--threads", options.threads, "threads")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    dinas::run(dinas::landscape("chain", dinas::parse_space_file(dinas::kChain, "chain40"), 1),
               methods, options);
    dinas::run(dinas::cells(), methods, options);
    dinas::run(dinas::landscape("genotypes", dinas::find_space("darts"), 2), methods, options);
  } catch (const std::exception& error) {
    std::cerr << "search_contest: " << error.what() << "\n";
    return 1;
  }
}
