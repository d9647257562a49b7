#include "sample/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "base/random.h"
#include "diffusion/mask.h"
#include "sample/completion.h"

namespace dinas {
namespace {

// Takes batches of items from noise to architectures; the scratch memory of one thread.
class BatchSampler {
 public:
  BatchSampler(const Skeleton& skeleton, const ReverseChain& chain, const Denoiser& denoiser,
               const SampleOptions& options)
      : skeleton_(skeleton),
        chain_(chain),
        prediction_(denoiser, skeleton, options.savings, !chain.masks()),
        seed_(options.seed),
        variables_(skeleton.variables.size()) {
    for (const int offset : skeleton.offsets())
      offsets_.push_back(static_cast<std::size_t>(offset));
  }

  /// Returns how many of the architectures are projected (see Drawn).
  std::size_t run(std::uint32_t first_item, std::span<Architecture> result) {
    first_item_ = first_item;
    items_ = result.size();
    revealed_ = 0;
    prediction_.begin_batch();
    states_.resize(items_ * variables_);
    orders_.resize(items_);
    projected_.assign(items_, 0);
    for (std::size_t i = 0; i < items_; ++i) start(i);
    for (int call = 1; call <= chain_.calls(); ++call) {
      predict(call);
      for (std::size_t i = 0; i < items_; ++i) move(i, call);
      if (chain_.masks()) revealed_ += chain_.moves(call);
    }
    for (std::size_t i = 0; i < items_; ++i) {
      const std::uint8_t* state = state_of(i);
      result[i].assign(state, state + variables_);
    }
    return static_cast<std::size_t>(std::ranges::count(projected_, 1));
  }

 private:
  std::uint8_t* state_of(std::size_t i) { return states_.data() + i * variables_; }
  [[nodiscard]] std::size_t size_of(std::size_t v) const { return offsets_[v + 1] - offsets_[v]; }
  [[nodiscard]] RandomStream stream(Purpose purpose, std::size_t i, int step) const {
    return {seed_, purpose, first_item_ + static_cast<std::uint32_t>(i),
            static_cast<std::uint32_t>(step)};
  }

  void mask(std::size_t i) {
    for (std::size_t v = 0; v < variables_; ++v) {
      state_of(i)[v] = static_cast<std::uint8_t>(size_of(v));
    }
  }

  void start(std::size_t i) {
    if (chain_.masks() || skeleton_.rules) {
      RandomStream coins = stream(Purpose::kOrder, i, 0);
      orders_[i] = random_order(static_cast<int>(variables_), coins);
    }
    if (chain_.masks()) {
      mask(i);
      return;
    }
    RandomStream coins = stream(Purpose::kValue, i, 0);
    for (std::size_t v = 0; v < variables_; ++v) {
      state_of(i)[v] = static_cast<std::uint8_t>(categorical(chain_.start(v), coins.uniform()));
    }
  }

  // Marks the variables that an item will move in a call.
  void want(std::size_t i, int call) {
    std::uint8_t* wanted = wanted_.data() + i * variables_;
    for (std::size_t j = 0; j < chain_.moves(call); ++j) wanted[moved(i, j, call)] = 1;
  }

  // The j-th variable to move in a call.
  [[nodiscard]] std::size_t moved(std::size_t i, std::size_t j, int call) const {
    const bool ordered = chain_.masks() || chain_.completes(call);
    return ordered ? static_cast<std::size_t>(orders_[i][revealed_ + j]) : j;
  }

  void predict(int call) {
    wanted_.assign(items_ * variables_, 0);
    for (std::size_t i = 0; i < items_; ++i) want(i, call);
    const std::vector<Condition>& conditions = chain_.conditions(call);
    prediction_.predict(states_, wanted_, conditions, chain_.time(call));
    own_logits_.resize(conditions.size());
    laws_.resize(prediction_.rows() * offsets_.back());
    known_.assign(prediction_.rows() * variables_, 0);
  }

  // Law of the next value of variable v for the items of a row that have `value` there, computed
  // when first asked for.
  std::span<const double> law(std::size_t row, std::size_t v, int value, int call) {
    const std::span<double> result(laws_.data() + row * offsets_.back() + offsets_[v], size_of(v));
    std::uint8_t& known = known_[row * variables_ + v];
    if (known != 0) return result;
    for (std::size_t c = 0; c < own_logits_.size(); ++c) {
      const auto from = prediction_.logits(c, row, v);
      own_logits_[c].assign(from.begin(), from.end());
    }
    std::ranges::copy(chain_.next_value(call, v, value, own_logits_), result.begin());
    known = 1;
    return result;
  }

  void move(std::size_t i, int call) {
    RandomStream coins = stream(Purpose::kValue, i, call);
    const bool completes = chain_.completes(call);
    std::uint8_t* state = state_of(i);
    before_.assign(state, state + variables_);
    if (completes && !chain_.masks()) mask(i);
    for (std::size_t j = 0; j < chain_.moves(call); ++j) {
      const std::size_t v = moved(i, j, call);
      const std::span<const double> free = law(prediction_.row(i), v, before_[v], call);
      const double coin = coins.uniform();
      int value = categorical(free, coin);
      if (completes) value = completable_value(i, v, free, coin, value);
      state[v] = static_cast<std::uint8_t>(value);
    }
  }

  // What the coin draws among the values that leave a valid completion of the item's state as it
  // now is, so that what the chain ends with is valid; `wish` is what it draws among all.
  int completable_value(std::size_t i, std::size_t v, std::span<const double> law, double coin,
                        int wish) {
    const auto kept = keep_completable(skeleton_, {state_of(i), variables_}, v, law, restricted_);
    if (kept[static_cast<std::size_t>(wish)] == 0.0) projected_[i] = 1;
    return categorical(kept, coin);
  }

  const Skeleton& skeleton_;
  const ReverseChain& chain_;
  Prediction prediction_;
  std::uint64_t seed_;
  std::size_t variables_;
  std::vector<std::size_t> offsets_;  // [variables + 1] of values

  std::uint32_t first_item_ = 0;
  std::size_t items_ = 0;
  std::size_t revealed_ = 0;  // mask noise: places of the orders that earlier calls have used
  std::vector<std::uint8_t> states_;             // [items, variables]
  std::vector<std::vector<int>> orders_;         // [items] mask noise, and all under rules
  std::vector<std::uint8_t> projected_;          // [items]
  std::vector<std::uint8_t> wanted_;             // [items, variables] moved by the call
  Architecture before_;                          // an item's state before the call
  std::vector<std::vector<double>> own_logits_;  // [conditions][K] of one variable
  std::vector<double> laws_;                     // [rows, values]
  std::vector<std::uint8_t> known_;              // [rows, variables] is the law there yet?
  std::vector<double> restricted_;               // [K] of one variable
};

void check_items(const SampleOptions& options) {
  if (options.batch == 0) throw UsageError("a batch of 0 was asked for: expected 1 or more");
  constexpr std::uint64_t kItems = std::uint64_t{1} << 32;
  if (options.count > kItems - options.first_item) {
    throw UsageError(
        fmt::format("{} architectures from item {} on were asked for, but items are "
                    "numbered up to 2^32; use another seed",
                    options.count, options.first_item));
  }
}

}  // namespace

Drawn draw_architectures(const Skeleton& skeleton, const Denoiser& denoiser,
                         const ReverseProcess& process, const Condition& condition,
                         const SampleOptions& options, const SampleObserver& observer) {
  check_items(options);
  const ReverseChain chain(skeleton, process, condition, options.steps, options.guidance);
  const auto threads = static_cast<std::size_t>(std::max(1, options.threads));
  // Few architectures are spread over all threads rather than put into one full batch.
  const std::size_t share = (options.count + threads - 1) / threads;
  const std::size_t batch = std::clamp<std::size_t>(share, 1, options.batch);
  const std::size_t batches = (options.count + batch - 1) / batch;

  Drawn drawn{std::vector<Architecture>(options.count), 0};
  std::vector<std::unique_ptr<BatchSampler>> samplers(threads);
  std::vector<std::optional<std::size_t>> projected(batches);  // of finished batches
  std::size_t done = 0;
  std::mutex observing;
  std::atomic<bool> stopped{false};
  parallel_for(batches, options.threads, [&](std::size_t b, int thread) {
    if (stopped) return;
    auto& sampler = samplers[static_cast<std::size_t>(thread)];
    if (!sampler) {
      sampler = std::make_unique<BatchSampler>(skeleton, chain, denoiser, options);
    }
    const std::size_t first = b * batch;
    const std::size_t size = std::min(batch, options.count - first);
    const std::size_t count = sampler->run(options.first_item + static_cast<std::uint32_t>(first),
                                           std::span(drawn.architectures).subspan(first, size));
    const std::lock_guard lock(observing);
    projected[b] = count;
    done += size;
    if (observer && !stopped && !observer(done)) stopped = true;
  });
  std::size_t prefix = 0;
  for (; prefix < batches && projected[prefix]; ++prefix) drawn.projected += *projected[prefix];
  drawn.architectures.resize(std::min(options.count, prefix * batch));
  return drawn;
}

}  // namespace dinas
