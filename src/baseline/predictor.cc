#include "baseline/predictor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "baseline/candidates.h"
#include "baseline/worth.h"
#include "space/draw.h"

namespace dinas {
namespace {

constexpr std::size_t kRandomCandidates = 10'000;
constexpr double kNoises[] = {0.003, 0.01, 0.03, 0.1, 0.3};  // for the likelihood to choose from
constexpr std::size_t kBestOnes = 10;                        // whose neighbours are candidates

class Predictor : public SearchMethod {
 public:
  Predictor(const SearchTask& task, PredictorOptions options, std::uint64_t seed)
      : task_(task),
        options_(std::move(options)),
        seed_(seed),
        surrogate_(task_, options_.surrogate) {}

  [[nodiscard]] std::string_view name() const override { return options_.name; }
  [[nodiscard]] std::size_t batch() const override { return options_.batch; }

  std::vector<Architecture> propose(const History& history, std::size_t count) override {
    index_.update(history);
    RandomStream stream = search_stream(seed_, history);
    Proposal proposal(task_, index_, count);
    for (std::size_t i = history.size(); i < options_.first.size(); ++i) {
      proposal.offer(options_.first[i]);
    }
    proposal.begin(history, seed_, options_.initial);
    if (!proposal.full() && surrogate_.learn(history)) {
      if (task_.pool.empty()) {
        from_draws(history, proposal, stream);
      } else {
        from_pool(history, proposal);
      }
    }
    proposal.fill(stream);
    return proposal.take();
  }

 private:
  void from_pool(const History& history, Proposal& proposal) {
    if (!pool_) {
      std::vector<Architecture> open;
      for (const Architecture& a : task_.pool) {
        if (may_ask(task_, a)) open.push_back(a);
      }
      pool_.emplace(task_, std::move(open));
    }
    std::vector<std::uint8_t> closed(pool_->size(), 0);
    std::vector<std::size_t> pending;
    for (std::size_t i = 0; i < pool_->size(); ++i) {
      const std::size_t place = index_.find((*pool_)[i]);
      if (place == HistoryIndex::kNone) continue;
      closed[i] = 1;
      if (history[place].state == Observation::State::kPending) pending.push_back(i);
    }
    take(*pool_, std::move(closed), pending, proposal);
  }

  void from_draws(const History& history, Proposal& proposal, RandomStream& stream) {
    std::vector<Architecture> drawn = options_.source ? options_.source(history, index_, stream)
                                                      : draw_candidates(history, stream);
    std::vector<std::uint8_t> closed(drawn.size(), 0);
    std::vector<std::size_t> pending;
    for (const Observation& o : history) {
      if (o.state != Observation::State::kPending) continue;
      pending.push_back(drawn.size());
      drawn.push_back(o.architecture);
      closed.push_back(1);
    }
    CandidateSet candidates(task_, std::move(drawn));
    take(candidates, std::move(closed), pending, proposal);
  }

  void take(CandidateSet& candidates, std::vector<std::uint8_t> closed,
            const std::vector<std::size_t>& pending, Proposal& proposal) {
    // Those already in the proposal are random ones: a collision is a candidate less.
    for (const std::size_t i :
         surrogate_.choose(candidates, std::move(closed), pending, proposal.wanted())) {
      proposal.offer(candidates[i]);
    }
  }

  std::vector<Architecture> draw_candidates(const History& history, RandomStream& stream) {
    Proposal drawn(task_, index_, kRandomCandidates);
    const Skeleton& skeleton = task_.space->skeleton();
    // Not offer_random: a space with fewer members than that would be drawn from for ever.
    for (std::size_t i = 0; i < kRandomCandidates; ++i) {
      drawn.offer(random_architecture(skeleton, stream));
    }
    std::vector<Architecture> result = drawn.take();
    Proposal near(task_, index_, kRandomCandidates);
    for (const std::size_t best : best_results(task_, history, kBestOnes, stream)) {
      for (const Architecture& a : neighbours(skeleton, history[best].architecture)) near.offer(a);
    }
    for (Architecture& a : near.take()) result.push_back(std::move(a));
    return result;
  }

  SearchTask task_;
  PredictorOptions options_;
  std::uint64_t seed_;
  Surrogate surrogate_;
  HistoryIndex index_;
  std::optional<CandidateSet> pool_;  // of the task, as far as it may be asked
};

}  // namespace

std::vector<std::size_t> best_results(const SearchTask& task, const History& history,
                                      std::size_t count, RandomStream& stream) {
  const auto worth = scores(task, history, stream);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < worth.size(); ++i) {
    if (worth[i]) order.push_back(i);
  }
  count = std::min(order.size(), count);
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count),
                            [&](std::size_t a, std::size_t b) {
                              if (better(*worth[a], *worth[b])) return true;
                              return !better(*worth[b], *worth[a]) && a < b;
                            });
  order.resize(count);
  return order;
}

PredictorOptions pinned_predictor() {
  PredictorOptions options;
  for (const double noise : kNoises) {
    for (const double pair : {0.0, 0.3, 1.0, 3.0}) {
      options.surrogate.choices.push_back({{1.0, pair, 0.0, 1.0}, noise});
    }
  }
  return options;
}

PredictorOptions eager_predictor() {
  PredictorOptions options;
  options.initial = 10;
  options.batch = 1;
  options.surrogate.optimism = {2.0, 4.0};  // the second one comes loose where the first is stuck
  options.surrogate.choices = exponential_choices(kNoises);
  return options;
}

std::unique_ptr<SearchMethod> make_predictor(const SearchTask& task, PredictorOptions options,
                                             std::uint64_t seed) {
  return std::make_unique<Predictor>(task, std::move(options), seed);
}

}  // namespace dinas
