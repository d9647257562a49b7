#include "baseline/evolution.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "baseline/candidates.h"
#include "baseline/worth.h"

namespace dinas {
namespace {

class Evolution : public SearchMethod {
 public:
  Evolution(const SearchTask& task, const EvolutionOptions& options, std::uint64_t seed)
      : task_(task), options_(options), seed_(seed) {
    DINAS_CHECK(options.population >= 1 && options.sample >= 1);
  }

  [[nodiscard]] std::string_view name() const override { return "evolution"; }

  std::vector<Architecture> propose(const History& history, std::size_t count) override {
    index_.update(history);
    RandomStream stream = search_stream(seed_, history);
    Proposal proposal(task_, index_, count);
    proposal.begin(history, seed_, options_.population);
    const History population = last_results(history);
    while (!proposal.full() && !population.empty() && breed(population, proposal, stream)) {
    }
    proposal.fill(stream);
    return proposal.take();
  }

 private:
  [[nodiscard]] History last_results(const History& history) const {
    History population;
    for (auto o = history.rbegin(); o != history.rend(); ++o) {
      if (population.size() == options_.population) break;
      if (is_result(task_, *o)) population.push_back(*o);
    }
    return population;
  }

  bool breed(const History& population, Proposal& proposal, RandomStream& stream) const {
    const auto worth = scores(task_, population, stream);
    const auto size = static_cast<std::uint32_t>(population.size());
    for (int i = 0; i < kFruitless; ++i) {
      std::size_t parent = stream.below(size);
      for (std::size_t k = 1; k < options_.sample; ++k) {
        const std::size_t rival = stream.below(size);
        if (better(*worth[rival], *worth[parent])) parent = rival;
      }
      if (proposal.offer(
              mutated(task_.space->skeleton(), population[parent].architecture, stream))) {
        return true;
      }
    }
    return false;
  }

  SearchTask task_;
  EvolutionOptions options_;
  std::uint64_t seed_;
  HistoryIndex index_;
};

}  // namespace

std::unique_ptr<SearchMethod> make_evolution(const SearchTask& task,
                                             const EvolutionOptions& options, std::uint64_t seed) {
  return std::make_unique<Evolution>(task, options, seed);
}

}  // namespace dinas
