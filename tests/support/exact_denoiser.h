// The perfect network: every conditional by summing over a listed distribution.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/denoiser.h"
#include "sample/chain.h"

namespace dinas {

/// What one condition stands for: architectures and their weights (> 0, any scale).
struct Target {
  Condition condition;
  std::vector<Architecture> architectures;
  std::vector<double> weights;
};

inline bool same_condition(const Condition& a, const Condition& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (std::isnan(a[k]) != std::isnan(b[k])) return false;
    if (!std::isnan(a[k]) && a[k] != b[k]) return false;
  }
  return true;
}

/// Logits are log p(x_0 of a variable | noisy state): given the visible variables under mask noise,
/// given x_t at the time of the batch under marginal and uniform noise (whose marginals are those
/// of `process`). A state that the target cannot lead to gets logits of 0.
class ExactDenoiser : public Denoiser {
 public:
  ExactDenoiser(const Skeleton& skeleton, ReverseProcess process, std::vector<Target> targets)
      : process_(std::move(process)), targets_(std::move(targets)) {
    for (const int offset : skeleton.offsets()) {
      offsets_.push_back(static_cast<std::size_t>(offset));
    }
    if (process_.noise != Noise::kUniform) return;
    process_.marginals.clear();
    for (const Variable& v : skeleton.variables) {
      process_.marginals.emplace_back(static_cast<std::size_t>(v.size()), 1.0 / v.size());
    }
  }

  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override {
    return std::make_unique<Worker>(*this);
  }

 private:
  class Worker : public DenoiserWorker {
   public:
    explicit Worker(const ExactDenoiser& owner) : owner_(owner) {}
    void predict(const NoisyBatch& batch, std::span<double> logits) override {
      const std::size_t width = owner_.offsets_.back();
      const std::size_t variables = owner_.offsets_.size() - 1;
      DINAS_CHECK(batch.states.size() == batch.graphs * variables);
      DINAS_CHECK(batch.condition.size() == batch.graphs);
      DINAS_CHECK(logits.size() == batch.graphs * width);
      for (std::size_t g = 0; g < batch.graphs; ++g) {
        const Target& target = owner_.find(batch.conditions[batch.condition[g]]);
        owner_.row(batch.states.subspan(g * variables, variables), target, batch.time,
                   logits.subspan(g * width, width));
      }
    }

   private:
    const ExactDenoiser& owner_;
  };

  [[nodiscard]] const Target& find(const Condition& condition) const {
    for (const Target& target : targets_) {
      if (same_condition(target.condition, condition)) return target;
    }
    throw BugError("the exact denoiser was asked for a condition it has no distribution for");
  }

  // [total values] q(x_t = state[v] | x_0 = x) for every variable v and value x.
  [[nodiscard]] std::vector<double> likelihoods(std::span<const std::uint8_t> state,
                                                double time) const {
    std::vector<double> result(offsets_.back(), 1.0);
    const auto T = static_cast<double>(process_.schedule.steps());
    const double abar = process_.schedule.abar[static_cast<std::size_t>(std::lround(time * T))];
    for (std::size_t v = 0; v + 1 < offsets_.size(); ++v) {
      const std::size_t size = offsets_[v + 1] - offsets_[v];
      const bool masked = state[v] == size;
      for (std::size_t x = 0; x < size; ++x) {
        double& likelihood = result[offsets_[v] + x];
        if (process_.noise == Noise::kMask) {
          likelihood = masked || state[v] == x ? 1.0 : 0.0;
        } else {
          likelihood = noised(static_cast<int>(x), abar, process_.marginals[v])[state[v]];
        }
      }
    }
    return result;
  }

  void row(std::span<const std::uint8_t> state, const Target& target, double time,
           std::span<double> logits) const {
    const std::vector<double> likelihood = likelihoods(state, time);
    std::vector<double> sums(offsets_.back(), 0.0);
    double total = 0.0;
    for (std::size_t i = 0; i < target.weights.size(); ++i) {
      const Architecture& a = target.architectures[i];
      double weight = target.weights[i];
      for (std::size_t v = 0; v < a.size(); ++v) weight *= likelihood[offsets_[v] + a[v]];
      if (weight == 0.0) continue;
      for (std::size_t v = 0; v < a.size(); ++v) sums[offsets_[v] + a[v]] += weight;
      total += weight;
    }
    for (std::size_t x = 0; x < sums.size(); ++x) logits[x] = total > 0.0 ? std::log(sums[x]) : 0.0;
  }

  ReverseProcess process_;
  std::vector<Target> targets_;
  std::vector<std::size_t> offsets_;
};

}  // namespace dinas
