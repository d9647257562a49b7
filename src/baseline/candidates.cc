#include "baseline/candidates.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "base/error.h"
#include "space/draw.h"

namespace dinas {
namespace {

// Items of the random streams.
constexpr std::uint32_t kBeginning = 0;
constexpr std::uint32_t kThinking = 1;

std::uint32_t narrow(std::size_t n) { return static_cast<std::uint32_t>(n); }

/// One of the values marked 1; nullopt where there is none.
std::optional<std::uint8_t> draw_marked(const std::vector<std::uint8_t>& marks,
                                        RandomStream& stream) {
  const auto count = std::ranges::count(marks, 1);
  if (count == 0) return std::nullopt;
  std::uint32_t left = stream.below(narrow(static_cast<std::size_t>(count)));
  std::uint8_t value = 0;
  while (marks[value] == 0 || left-- > 0) ++value;
  return value;
}

std::vector<std::uint8_t> completable_values(const Skeleton& skeleton, const Architecture& state,
                                             std::size_t variable) {
  std::vector<std::uint8_t> allowed(static_cast<std::size_t>(skeleton.variables[variable].size()));
  mark_completable(skeleton, state, variable, allowed);
  return allowed;
}

std::vector<std::size_t> variable_order(const Skeleton& skeleton, RandomStream& stream) {
  std::vector<std::size_t> order(skeleton.variables.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(order, stream);
  return order;
}

/// Changes order[at] and redraws the `others` variables that follow it in the order (cyclic);
/// nullopt where order[at] cannot change so.
std::optional<Architecture> redrawn(const Skeleton& skeleton, const Architecture& architecture,
                                    const std::vector<std::size_t>& order, std::size_t at,
                                    std::size_t others, RandomStream& stream) {
  Architecture state = architecture;
  for (std::size_t i = 0; i <= others; ++i) {
    const std::size_t v = order[(at + i) % order.size()];
    state[v] = static_cast<std::uint8_t>(skeleton.variables[v].size());
  }
  for (std::size_t i = 0; i <= others; ++i) {
    const std::size_t v = order[(at + i) % order.size()];
    std::vector<std::uint8_t> allowed = completable_values(skeleton, state, v);
    if (i == 0) allowed[architecture[v]] = 0;
    const auto value = draw_marked(allowed, stream);
    if (!value) return std::nullopt;
    state[v] = *value;
  }
  return state;
}

}  // namespace

bool may_ask(const SearchTask& task, const Architecture& architecture) {
  const Space& space = *task.space;
  if (!is_valid(space.skeleton(), architecture) || space.is_degenerate(architecture)) return false;
  for (const Limit& limit : task.limits) {
    const SearchMetric& metric = task.metrics[limit.metric];
    if (!metric.computed) continue;
    const double value = space.compute(*metric.computed, architecture);
    if (!at_least_as_good(metric.spec.direction, value, limit.value)) return false;
  }
  return !task.answerable || task.answerable(architecture);
}

RandomStream search_stream(std::uint64_t seed, const History& history) {
  return {seed, Purpose::kSearch, kThinking, narrow(history.size())};
}

void HistoryIndex::update(const History& history) {
  const std::size_t seen = places_.size();
  const bool grown =
      seen == 0 || (seen <= history.size() && history[seen - 1].architecture == last_);
  if (!grown) places_.clear();
  for (std::size_t i = places_.size(); i < history.size(); ++i) {
    const bool is_new = places_.emplace(key(history[i].architecture), i).second;
    DINAS_CHECK(is_new);
  }
  if (!history.empty()) last_ = history.back().architecture;
}

std::size_t HistoryIndex::find(const Architecture& architecture) const {
  const auto found = places_.find(key(architecture));
  return found == places_.end() ? kNone : found->second;
}

Proposal::Proposal(const SearchTask& task, const HistoryIndex& index, std::size_t count)
    : task_(task), index_(index), count_(count) {}

bool Proposal::offer(const Architecture& architecture) {
  if (full() || index_.contains(architecture)) return false;
  const std::string key = HistoryIndex::key(architecture);
  if (taken_.contains(key) || !may_ask(task_, architecture)) return false;
  taken_.insert(key);
  architectures_.push_back(architecture);
  return true;
}

bool Proposal::offer_random(RandomStream& stream) {
  if (full()) return false;
  // Of a pool that is mostly new, a few draws find one; then the rest is listed.
  constexpr std::size_t kPoolDraws = 100;
  const std::size_t draws = task_.pool.empty() ? kIdleProposals : kPoolDraws;
  for (std::size_t i = 0; i < draws; ++i) {
    if (offer(task_.pool.empty() ? random_architecture(task_.space->skeleton(), stream)
                                 : task_.pool[stream.below(narrow(task_.pool.size()))])) {
      return true;
    }
  }
  return !task_.pool.empty() && offer_rest_of_pool(stream);
}

bool Proposal::offer_rest_of_pool(RandomStream& stream) {
  std::vector<const Architecture*> rest;
  for (const Architecture& a : task_.pool) {
    if (!index_.contains(a)) rest.push_back(&a);
  }
  shuffle(rest, stream);
  return std::ranges::any_of(rest, [&](const Architecture* a) { return offer(*a); });
}

void Proposal::begin(const History& history, std::uint64_t seed, std::size_t initial) {
  while (history.size() + size() < initial) {
    RandomStream stream(seed, Purpose::kSearch, kBeginning, narrow(history.size() + size()));
    if (!offer_random(stream)) return;
  }
}

void Proposal::fill(RandomStream& stream) {
  while (offer_random(stream)) {
  }
}

Architecture mutated(const Skeleton& skeleton, const Architecture& architecture,
                     RandomStream& stream) {
  const std::vector<std::size_t> order = variable_order(skeleton, stream);
  for (std::size_t others = 0; others < order.size(); ++others) {
    for (std::size_t at = 0; at < order.size(); ++at) {
      if (auto changed = redrawn(skeleton, architecture, order, at, others, stream)) {
        return *std::move(changed);
      }
    }
  }
  return architecture;
}

Architecture crossed(const Skeleton& skeleton, const Architecture& a, const Architecture& b,
                     RandomStream& stream) {
  Architecture state = all_masked(skeleton);
  for (const std::size_t v : variable_order(skeleton, stream)) {
    const std::vector<std::uint8_t> allowed = completable_values(skeleton, state, v);
    std::vector<std::uint8_t> inherited(allowed.size(), 0);
    inherited[(stream.below(2) == 0 ? a : b)[v]] = 1;
    for (std::size_t k = 0; k < allowed.size(); ++k) inherited[k] &= allowed[k];
    if (std::ranges::count(inherited, 1) == 0) inherited = allowed;
    const auto value = draw_marked(inherited, stream);
    DINAS_CHECK(value.has_value());
    state[v] = *value;
  }
  return state;
}

std::vector<Architecture> neighbours(const Skeleton& skeleton, const Architecture& centre) {
  std::vector<Architecture> result;
  for (std::size_t v = 0; v < centre.size(); ++v) {
    const std::vector<std::uint8_t> allowed = completable_values(skeleton, centre, v);
    for (std::size_t k = 0; k < allowed.size(); ++k) {
      if (allowed[k] == 0 || k == centre[v]) continue;
      result.push_back(centre);
      result.back()[v] = static_cast<std::uint8_t>(k);
    }
  }
  return result;
}

}  // namespace dinas
