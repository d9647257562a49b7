#include "sample/law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "sample/completion.h"
#include "space/draw.h"

namespace dinas {
namespace {

// Carries the law over all states through the calls of a chain. A state is a number in mixed radix,
// variable 0 the fastest digit; under mask noise every variable has one more digit, "masked".
class Propagation {
 public:
  Propagation(const Skeleton& skeleton, const Denoiser& denoiser, const ReverseChain& chain)
      : skeleton_(skeleton), chain_(chain), worker_(denoiser.make_worker()) {
    constexpr std::uint64_t kMostStates = std::uint64_t{1} << 24;
    std::uint64_t states = 1;
    for (const Variable& v : skeleton.variables) {
      stride_.push_back(states);
      radix_.push_back(static_cast<std::uint64_t>(v.size()) + (chain.masks() ? 1 : 0));
      states *= radix_.back();
      if (states > kMostStates) {
        throw UsageError("the exact sampling law needs a space with at most 2^24 states");
      }
    }
    law_.assign(states, 0.0);
    start();
    for (int call = 1; call <= chain.calls(); ++call) advance(call);
  }

  [[nodiscard]] std::vector<double> architectures() const {
    if (!chain_.masks()) return law_;
    std::vector<double> result;
    for (std::size_t s = 0; s < law_.size(); ++s) {
      if (!has_mask(s)) result.push_back(law_[s]);
    }
    return result;
  }

 private:
  [[nodiscard]] std::uint64_t digit(std::uint64_t state, std::size_t v) const {
    return state / stride_[v] % radix_[v];
  }
  [[nodiscard]] Architecture digits(std::uint64_t state) const {
    Architecture result;
    for (std::size_t v = 0; v < radix_.size(); ++v) {
      result.push_back(static_cast<std::uint8_t>(digit(state, v)));
    }
    return result;
  }
  [[nodiscard]] std::uint64_t number(const Architecture& state) const {
    std::uint64_t result = 0;
    for (std::size_t v = 0; v < radix_.size(); ++v) result += state[v] * stride_[v];
    return result;
  }
  [[nodiscard]] bool is_masked(std::uint64_t state, std::size_t v) const {
    return chain_.masks() && digit(state, v) + 1 == radix_[v];
  }
  [[nodiscard]] bool has_mask(std::uint64_t state) const {
    for (std::size_t v = 0; v < radix_.size(); ++v) {
      if (is_masked(state, v)) return true;
    }
    return false;
  }

  void start() {
    if (chain_.masks()) {
      law_.back() = 1.0;
      return;
    }
    for (std::size_t s = 0; s < law_.size(); ++s) {
      law_[s] = 1.0;
      for (std::size_t v = 0; v < radix_.size(); ++v) law_[s] *= chain_.start(v)[digit(s, v)];
    }
  }

  void advance(int call) {
    next_.assign(law_.size(), 0.0);
    for (std::size_t s = 0; s < law_.size(); ++s) {
      if (law_[s] == 0.0) continue;
      movable_.clear();
      for (std::size_t v = 0; v < radix_.size(); ++v) {
        if (!chain_.masks() || is_masked(s, v)) movable_.push_back(v);
      }
      predict(s, call);
      const std::size_t moves = chain_.moves(call);
      if (chain_.completes(call)) {
        Architecture state = chain_.masks() ? digits(s) : all_masked(skeleton_);
        spread_in_order(moves, state, law_[s]);
      } else {
        spread(0, moves, s, law_[s] / subsets(movable_.size(), moves));
      }
    }
    law_.swap(next_);
  }

  // Fills values_: the law of the next value of every variable that may move out of a state.
  void predict(std::uint64_t state, int call) {
    const std::vector<Condition>& conditions = chain_.conditions(call);
    const auto width = static_cast<std::size_t>(skeleton_.total_values());
    const Architecture one = digits(state);
    std::vector<std::uint8_t> input;
    std::vector<std::uint32_t> condition_of;
    for (std::uint32_t c = 0; c < conditions.size(); ++c) {
      condition_of.push_back(c);
      input.insert(input.end(), one.begin(), one.end());
    }
    std::vector<double> logits(conditions.size() * width);
    worker_->predict({.graphs = conditions.size(),
                      .states = input,
                      .condition = condition_of,
                      .conditions = conditions,
                      .time = chain_.time(call)},
                     logits);
    const std::vector<int> offsets = skeleton_.offsets();
    values_.resize(radix_.size());
    for (const std::size_t v : movable_) {
      std::vector<std::vector<double>> own;
      for (std::size_t c = 0; c < conditions.size(); ++c) {
        const auto row = logits.begin() + static_cast<std::ptrdiff_t>(c * width);
        own.emplace_back(row + offsets[v], row + offsets[v + 1]);
      }
      values_[v] = chain_.next_value(call, v, one[v], own);
    }
  }

  static double subsets(std::size_t n, std::size_t k) {
    double count = 1.0;
    for (std::size_t i = 0; i < k; ++i) {
      count *= static_cast<double>(n - i) / static_cast<double>(i + 1);
    }
    return count;
  }

  // Gives every `left` of the variables movable_[from..] all of their values, independently; the
  // order of an item is uniform, so each choice of variables is equally likely.
  void spread(std::size_t from, std::size_t left, std::uint64_t state, double weight) {
    if (left == 0) {
      next_[state] += weight;
      return;
    }
    for (std::size_t j = from; j + left <= movable_.size(); ++j) {
      const std::size_t v = movable_[j];
      const std::uint64_t base = state - digit(state, v) * stride_[v];
      for (std::size_t x = 0; x < values_[v].size(); ++x) {
        if (values_[v][x] == 0.0) continue;
        spread(j + 1, left - 1, base + x * stride_[v], weight * values_[v][x]);
      }
    }
  }

  // The same under rules, where what a variable may become depends on those that moved before it:
  // gives `left` of the masked variables of a state a value, every order by itself.
  void spread_in_order(std::size_t left, Architecture& state, double weight) {
    if (left == 0) {
      next_[number(state)] += weight;
      return;
    }
    std::vector<std::size_t> masked;
    for (std::size_t v = 0; v < state.size(); ++v) {
      if (state[v] == skeleton_.variables[v].size()) masked.push_back(v);
    }
    std::vector<double> scratch;
    for (const std::size_t v : masked) {
      const std::uint8_t mask = state[v];
      const auto shares = keep_completable(skeleton_, state, v, values_[v], scratch);
      for (std::size_t x = 0; x < shares.size(); ++x) {
        if (shares[x] == 0.0) continue;
        state[v] = static_cast<std::uint8_t>(x);
        spread_in_order(left - 1, state, weight * shares[x] / static_cast<double>(masked.size()));
      }
      state[v] = mask;
    }
  }

  const Skeleton& skeleton_;
  const ReverseChain& chain_;
  std::unique_ptr<DenoiserWorker> worker_;
  std::vector<std::uint64_t> stride_;  // [variables]
  std::vector<std::uint64_t> radix_;   // [variables]
  std::vector<double> law_;            // [states]
  std::vector<double> next_;           // [states]
  std::vector<std::size_t> movable_;
  std::vector<std::vector<double>> values_;  // [variables][K]
};

}  // namespace

std::vector<double> sampling_law(const Skeleton& skeleton, const Denoiser& denoiser,
                                 const ReverseProcess& process, const Condition& condition,
                                 int steps, const GuidanceOptions& guidance) {
  const ReverseChain chain(skeleton, process, condition, steps, guidance);
  return Propagation(skeleton, denoiser, chain).architectures();
}

double total_variation(std::span<const double> p, std::span<const double> q) {
  DINAS_CHECK(p.size() == q.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += std::abs(p[i] - q[i]);
  return sum / 2.0;
}

double sampling_floor(std::span<const double> p, std::size_t draws) {
  const auto n = static_cast<double>(draws);
  double sum = 0.0;
  for (const double x : p) {
    if (x <= 0.0 || x >= 1.0) continue;
    // E|X - n x| = 2 k C(n, k) x^k (1 - x)^(n - k + 1), k = floor(n x) + 1.
    const double k = std::floor(n * x) + 1.0;
    const double log_choose =
        std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
    sum +=
        std::exp(std::log(k) + log_choose + k * std::log(x) + (n - k + 1.0) * std::log1p(-x)) / n;
  }
  return sum;
}

}  // namespace dinas
