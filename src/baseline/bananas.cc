#include "baseline/bananas.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "baseline/candidates.h"
#include "baseline/metric_model.h"
#include "baseline/small_network.h"
#include "baseline/worth.h"

namespace dinas {
namespace {

constexpr std::size_t kInitial = 20;
constexpr std::size_t kBatch = 5;
constexpr std::size_t kParents = 10;
constexpr std::size_t kChildren = 10;  // of each parent
constexpr int kNetworks = 3;
constexpr int kSteps = 150;

/// Networks that differ in their first weights.
class Ensemble {
 public:
  Ensemble(const Skeleton& skeleton, const std::vector<Architecture>& examples,
           const std::vector<double>& labels, double needed, RandomStream& stream)
      : scale_(labels, needed) {
    std::vector<double> scaled;
    for (const double label : labels) scaled.push_back(scale_(label));
    for (int k = 0; k < kNetworks; ++k) {
      networks_.emplace_back(skeleton, stream);
      networks_.back().train(examples, scaled, kSteps);
    }
  }

  [[nodiscard]] double scaled(double label) const { return scale_(label); }

  /// A draw from the normal distribution of the predictions.
  double draw(const Architecture& architecture, RandomStream& stream) const {
    double sum = 0.0, squares = 0.0;
    for (const SmallNetwork& network : networks_) {
      const double value = network.predict(architecture);
      sum += value;
      squares += value * value;
    }
    const double mean = sum / kNetworks;
    const double variance = std::max(squares / kNetworks - mean * mean, 0.0);
    return mean + std::sqrt(variance * kNetworks / (kNetworks - 1.0)) * stream.normal();
  }

 private:
  LabelScale scale_;
  std::vector<SmallNetwork> networks_;
};

/// An ensemble for the worth of results, and one for every limit that the space does not compute.
struct Beliefs {
  Ensemble value;
  std::vector<std::pair<double, Ensemble>> limits;
};

class Bananas : public SearchMethod {
 public:
  Bananas(const SearchTask& task, std::uint64_t seed) : task_(task), seed_(seed) {}

  [[nodiscard]] std::string_view name() const override { return "bananas"; }
  [[nodiscard]] std::size_t batch() const override { return kBatch; }

  std::vector<Architecture> propose(const History& history, std::size_t count) override {
    index_.update(history);
    RandomStream stream = search_stream(seed_, history);
    Proposal proposal(task_, index_, count);
    proposal.begin(history, seed_, kInitial);
    if (!proposal.full()) choose(history, proposal, stream);
    proposal.fill(stream);
    return proposal.take();
  }

 private:
  void choose(const History& history, Proposal& proposal, RandomStream& stream) const {
    const auto worth = scores(task_, history, stream);
    std::vector<std::size_t> results;
    for (std::size_t i = 0; i < worth.size(); ++i) {
      if (worth[i]) results.push_back(i);
    }
    if (results.empty()) return;
    const Beliefs beliefs = learn(history, results, worth, stream);
    std::ranges::stable_sort(
        results, [&](std::size_t a, std::size_t b) { return better(*worth[a], *worth[b]); });
    results.resize(std::min(results.size(), kParents));
    std::vector<Architecture> candidates = children(history, results, proposal.wanted(), stream);
    while (!proposal.full() && !candidates.empty()) {
      const std::size_t best = most_promising(candidates, beliefs, stream);
      proposal.offer(candidates[best]);
      candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(best));
    }
  }

  [[nodiscard]] Beliefs learn(const History& history, const std::vector<std::size_t>& results,
                              const std::vector<std::optional<Score>>& worth,
                              RandomStream& stream) const {
    const Skeleton& skeleton = task_.space->skeleton();
    std::vector<Architecture> examples;
    std::vector<double> values;
    for (const std::size_t i : results) {
      examples.push_back(history[i].architecture);
      values.push_back(worth[i]->value);
    }
    constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
    Beliefs beliefs{Ensemble(skeleton, examples, values, kNothing, stream), {}};
    for (const Limit& limit : task_.limits) {
      const SearchMetric& metric = task_.metrics[limit.metric];
      if (metric.computed) continue;
      for (std::size_t k = 0; k < results.size(); ++k) {
        values[k] = oriented(metric.spec, history[results[k]].values[limit.metric]);
      }
      const double bound = oriented(metric.spec, limit.value);
      Ensemble ensemble(skeleton, examples, values, bound, stream);
      const double scaled = ensemble.scaled(bound);
      beliefs.limits.emplace_back(scaled, std::move(ensemble));
    }
    return beliefs;
  }

  [[nodiscard]] std::vector<Architecture> children(const History& history,
                                                   const std::vector<std::size_t>& parents,
                                                   std::size_t wanted, RandomStream& stream) const {
    constexpr int kTries = 10;  // of a child that is new
    Proposal found(task_, index_, std::max(wanted, parents.size() * kChildren));
    for (const std::size_t parent : parents) {
      for (std::size_t child = 0; child < kChildren; ++child) {
        Architecture architecture = history[parent].architecture;
        for (int i = 0; i < kTries; ++i) {
          architecture = mutated(task_.space->skeleton(), architecture, stream);
          if (found.offer(architecture)) break;
        }
      }
    }
    return found.take();
  }

  static std::size_t most_promising(const std::vector<Architecture>& candidates,
                                    const Beliefs& beliefs, RandomStream& stream) {
    std::size_t best = 0;
    Score most;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      Score score{0.0, beliefs.value.draw(candidates[c], stream)};
      for (const auto& [bound, ensemble] : beliefs.limits) {
        score.violation += std::max(0.0, bound - ensemble.draw(candidates[c], stream));
      }
      if (c > 0 && !better(score, most)) continue;
      best = c;
      most = score;
    }
    return best;
  }

  SearchTask task_;
  std::uint64_t seed_;
  HistoryIndex index_;
};

}  // namespace

std::unique_ptr<SearchMethod> make_bananas(const SearchTask& task, std::uint64_t seed) {
  return std::make_unique<Bananas>(task, seed);
}

}  // namespace dinas
