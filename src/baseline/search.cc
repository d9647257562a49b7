#include "baseline/search.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/random.h"

namespace dinas {
namespace {

constexpr std::uint64_t kLargestPopulation = 50;
constexpr int kTournament = 10;
constexpr std::uint64_t kLocalStarts = 10;

/// Keeps the budget: what has been asked before is answered from memory.
class Ledger {
 public:
  Ledger(const Objective& objective, std::uint64_t budget)
      : objective_(objective), budget_(budget) {
    if (budget == 0) throw UsageError("expected at least 1 evaluation for a search, found 0");
  }

  [[nodiscard]] bool done() const {
    return result_.evaluated.size() >= budget_ || idle_ >= kIdleProposals;
  }

  /// Not to be called once done.
  std::optional<Score> ask(const Architecture& architecture) {
    DINAS_CHECK(!done());
    const auto [entry, is_new] = scores_.try_emplace(architecture);
    if (is_new) entry->second = objective_(architecture);
    const bool evaluated = is_new && entry->second.has_value();
    if (evaluated) result_.evaluated.push_back({architecture, *entry->second});
    idle_ = evaluated ? 0 : idle_ + 1;
    return entry->second;
  }

  [[nodiscard]] const SearchResult& result() const { return result_; }
  SearchResult take() { return std::move(result_); }

 private:
  const Objective& objective_;
  std::uint64_t budget_;
  std::uint64_t idle_ = 0;
  std::map<Architecture, std::optional<Score>> scores_;
  SearchResult result_;
};

Architecture random_architecture(const Skeleton& skeleton, RandomStream& stream) {
  Architecture architecture;
  for (const Variable& v : skeleton.variables) {
    architecture.push_back(
        static_cast<std::uint8_t>(stream.below(static_cast<std::uint32_t>(v.size()))));
  }
  return architecture;
}

/// A random architecture with a score, or nullopt when the ledger is done first.
std::optional<Evaluated> random_known(const Skeleton& skeleton, RandomStream& stream,
                                      Ledger& ledger) {
  while (!ledger.done()) {
    Architecture architecture = random_architecture(skeleton, stream);
    if (const auto score = ledger.ask(architecture)) return Evaluated{architecture, *score};
  }
  return std::nullopt;
}

/// One variable, uniformly among those with a choice, takes another of its values.
Architecture mutate(const Skeleton& skeleton, Architecture architecture, RandomStream& stream) {
  std::vector<std::size_t> choices;
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    if (skeleton.variables[v].size() > 1) choices.push_back(v);
  }
  if (choices.empty()) return architecture;
  const std::size_t v = choices[stream.below(static_cast<std::uint32_t>(choices.size()))];
  const auto others = static_cast<std::uint32_t>(skeleton.variables[v].size() - 1);
  const auto value = static_cast<std::uint8_t>(stream.below(others));
  architecture[v] = static_cast<std::uint8_t>(value + (value >= architecture[v] ? 1 : 0));
  return architecture;
}

/// All changes of one variable, in a random order.
std::vector<Architecture> neighbours(const Skeleton& skeleton, const Architecture& centre,
                                     RandomStream& stream) {
  std::vector<Architecture> result;
  for (std::size_t v = 0; v < centre.size(); ++v) {
    for (int value = 0; value < skeleton.variables[v].size(); ++value) {
      if (value == centre[v]) continue;
      result.push_back(centre);
      result.back()[v] = static_cast<std::uint8_t>(value);
    }
  }
  for (std::size_t i = result.size(); i > 1; --i) {
    std::swap(result[i - 1], result[stream.below(static_cast<std::uint32_t>(i))]);
  }
  return result;
}

/// Moves to a better neighbour; false at a local optimum or when the budget is spent.
bool climb(const Skeleton& skeleton, Evaluated& current, RandomStream& stream, Ledger& ledger) {
  for (const Architecture& next : neighbours(skeleton, current.architecture, stream)) {
    if (ledger.done()) return false;
    const auto score = ledger.ask(next);
    if (score && better(*score, current.score)) {
      current = {next, *score};
      return true;
    }
  }
  return false;
}

const Evaluated& tournament(const std::deque<Evaluated>& population, RandomStream& stream) {
  const auto size = static_cast<std::uint32_t>(population.size());
  const Evaluated* parent = &population[stream.below(size)];
  for (int i = 1; i < kTournament; ++i) {
    const Evaluated& rival = population[stream.below(size)];
    if (better(rival.score, parent->score)) parent = &rival;
  }
  return *parent;
}

}  // namespace

const Evaluated* SearchResult::best() const {
  const auto found = std::min_element(
      evaluated.begin(), evaluated.end(),
      [](const Evaluated& a, const Evaluated& b) { return better(a.score, b.score); });
  return found == evaluated.end() ? nullptr : &*found;
}

SearchResult random_search(const Skeleton& skeleton, const Objective& objective,
                           const SearchOptions& options) {
  Ledger ledger(objective, options.evaluations);
  RandomStream stream(options.seed, Purpose::kBaseline, options.run);
  while (random_known(skeleton, stream, ledger)) {
  }
  return ledger.take();
}

SearchResult regularised_evolution(const Skeleton& skeleton, const Objective& objective,
                                   const SearchOptions& options) {
  Ledger ledger(objective, options.evaluations);
  RandomStream stream(options.seed, Purpose::kBaseline, options.run);
  const std::uint64_t size =
      std::clamp<std::uint64_t>(options.evaluations / 4, 1, kLargestPopulation);
  std::deque<Evaluated> population;  // oldest first
  while (population.size() < size) {
    auto member = random_known(skeleton, stream, ledger);
    if (!member) return ledger.take();
    population.push_back(std::move(*member));
  }
  while (!ledger.done()) {
    Architecture child = mutate(skeleton, tournament(population, stream).architecture, stream);
    const auto score = ledger.ask(child);
    if (!score) continue;
    population.push_back({std::move(child), *score});
    population.pop_front();
  }
  return ledger.take();
}

SearchResult local_search(const Skeleton& skeleton, const Objective& objective,
                          const SearchOptions& options) {
  Ledger ledger(objective, options.evaluations);
  RandomStream stream(options.seed, Purpose::kBaseline, options.run);
  while (ledger.result().evaluated.size() < kLocalStarts) {
    if (!random_known(skeleton, stream, ledger)) return ledger.take();
  }
  std::optional<Evaluated> current = *ledger.result().best();
  while (current) {
    while (climb(skeleton, *current, stream, ledger)) {
    }
    current = random_known(skeleton, stream, ledger);
  }
  return ledger.take();
}

}  // namespace dinas
