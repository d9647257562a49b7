// Search methods where the space cannot be listed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "base/random.h"
#include "eval/compare.h"
#include "search/methods.h"
#include "space/file_space.h"
#include "space/space.h"

namespace dinas {
namespace {

// NK landscape (Kauffman 1993) over the variables of a space.
class Landscape {
 public:
  Landscape(const Skeleton& skeleton, int k, std::uint64_t seed) : seed_(seed) {
    const std::size_t n = skeleton.variables.size();
    for (std::size_t i = 0; i < n; ++i) {
      RandomStream stream(seed, Purpose::kCheck, static_cast<std::uint32_t>(i));
      std::vector<std::size_t> group{i};
      while (group.size() < std::min<std::size_t>(n, static_cast<std::size_t>(k) + 1)) {
        const std::size_t j = stream.below(static_cast<std::uint32_t>(n));
        if (std::ranges::find(group, j) == group.end()) group.push_back(j);
      }
      groups_.push_back(group);
    }
  }
  double operator()(const Architecture& a) const {
    double sum = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      std::uint32_t code = 0;
      for (const std::size_t j : groups_[i]) code = code * 256 + a[j];
      RandomStream stream(seed_, Purpose::kCheck, static_cast<std::uint32_t>(i) + 1000, code);
      sum += stream.uniform();
    }
    return sum / static_cast<double>(groups_.size());
  }

 private:
  std::uint64_t seed_;
  std::vector<std::vector<std::size_t>> groups_;
};

void run(const std::string& space_name, const std::string& target,
         const std::vector<std::string>& methods, const CompareOptions& options,
         std::uint64_t landscape) {
  SearchTask task;
  task.space = space_name.ends_with(".toml") ? load_space_file(space_name) : find_space(space_name);
  task.metrics = {{{target, Direction::kMax, MetricLevel::kCell}, std::nullopt}};
  std::function<double(const Architecture&)> f;
  const Space& space = *task.space;
  if (target.starts_with("nk")) {
    const auto nk =
        std::make_shared<Landscape>(space.skeleton(), std::stoi(target.substr(2)), landscape);
    f = [nk](const Architecture& a) { return (*nk)(a); };
  } else {
    // METRIC=VALUE/SCALE,...
    struct Wish {
      std::size_t metric;
      double value, scale;
    };
    auto wishes = std::make_shared<std::vector<Wish>>();
    std::string rest = target;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const std::string one = rest.substr(0, comma);
      rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
      const auto eq = one.find('='), slash = one.find('/');
      wishes->push_back({computed_metric(space, one.substr(0, eq)).value(),
                         std::stod(one.substr(eq + 1, slash)), std::stod(one.substr(slash + 1))});
    }
    f = [wishes, &space](const Architecture& a) {
      double d = 0;
      for (const Wish& w : *wishes)
        d += std::pow((space.compute(w.metric, a) - w.value) / w.scale, 2);
      return -std::sqrt(d);
    };
  }
  std::vector<ComparedMethod> compared;
  for (const std::string& name : methods)
    compared.push_back({name, [name](const SearchTask& t, std::uint64_t seed) {
                          return make_search_method(name, t, seed);
                        }});
  const Comparison c = compare_methods(
      task, {}, [f](const Architecture& a) { return std::optional(std::vector<double>{f(a)}); }, {},
      compared, options);
  for (const MethodOutcome& m : c.methods) {
    std::cout << fmt::format("{:10}", m.name);
    for (const std::uint64_t at : c.checkpoints)
      std::cout << fmt::format("  {}: {:.4f}", at, m.curve.mean[at - 1]);
    std::cout << fmt::format("  {:.2f} s\n", m.seconds);
  }
  for (const PairedDifference& d : c.differences)
    if (d.at >= 100 && d.first == methods.front())
      std::cout << fmt::format("{} over {} at {}: {:+.4f} [{:+.4f} {:+.4f}]\n", d.first, d.second,
                               d.at, d.interval.mean, d.interval.low, d.interval.high);
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  std::string space, target;
  std::vector<std::string> methods;
  dinas::CompareOptions options;
  std::uint64_t landscape = 1;
  CLI::App app("Search methods where the space cannot be listed");
  app.add_option("--space", space)->required();
  app.add_option("--target", target)->required();
  app.add_option("--methods", methods)->delimiter(',')->required();
  app.add_option("--budget", options.budget);
  app.add_option("--seeds", options.seeds);
  app.add_option("--threads", options.threads);
  app.add_option("--landscape", landscape);
  CLI11_PARSE(app, argc, argv);
  dinas::run(space, target, methods, options, landscape);
}
