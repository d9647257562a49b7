// What the tests of sampling under rules share.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <iterator>
#include <memory>
#include <vector>

#include "base/random.h"
#include "engine/denoiser.h"
#include "support/exact_denoiser.h"

namespace dinas {

/// A network that learned nothing: its logits are `scale` times normal draws that depend on
/// (state, condition, value) alone, and `forbidden` above them for the values that the rules forbid
/// a masked variable now.
class FixedDenoiser : public Denoiser {
 public:
  FixedDenoiser(const Skeleton& skeleton, double scale, double forbidden)
      : skeleton_(skeleton), scale_(scale), forbidden_(forbidden) {}

  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override {
    return std::make_unique<Worker>(*this);
  }

 private:
  class Worker : public DenoiserWorker {
   public:
    explicit Worker(const FixedDenoiser& owner) : owner_(owner) {}
    void predict(const NoisyBatch& batch, std::span<double> logits) override {
      const std::size_t variables = owner_.skeleton_.variables.size();
      const std::size_t width = logits.size() / batch.graphs;
      for (std::size_t g = 0; g < batch.graphs; ++g) {
        owner_.row(batch.states.subspan(g * variables, variables),
                   batch.conditions[batch.condition[g]], logits.subspan(g * width, width));
      }
    }

   private:
    const FixedDenoiser& owner_;
  };

  void row(std::span<const std::uint8_t> state, const Condition& condition,
           std::span<double> logits) const {
    std::uint32_t number = 0;
    for (const std::uint8_t value : state) number = 8 * number + value;
    const std::uint32_t kind = std::isnan(condition.at(0)) ? 0 : 1;
    RandomStream stream(2, Purpose::kCheck, number, kind);
    std::size_t at = 0;
    for (std::size_t v = 0; v < state.size(); ++v) {
      std::vector<std::uint8_t> allowed(static_cast<std::size_t>(skeleton_.variables[v].size()));
      mark_completable(skeleton_, state, v, allowed);
      for (const std::uint8_t may : allowed) {
        logits[at++] = scale_ * stream.normal() + (may == 1 ? 0.0 : forbidden_);
      }
    }
  }

  const Skeleton& skeleton_;
  double scale_;
  double forbidden_;
};

/// The reverse process of a noise; marginal noise starts from laws that prefer higher values.
inline ReverseProcess process_of(Noise noise, const Skeleton& skeleton) {
  ReverseProcess process;
  process.noise = noise;
  for (const Variable& v : skeleton.variables) {
    std::vector<double>& marginal = process.marginals.emplace_back();
    const double total = v.size() * (v.size() + 1) / 2.0;
    for (int k = 1; k <= v.size(); ++k) {
      marginal.push_back(noise == Noise::kMarginal ? k / total : 1.0 / v.size());
    }
  }
  return process;
}

/// Do `counts` look like draws from `law`? Pearson's statistic over the cells that expect at least
/// five, the others pooled, at alpha = 1e-4. Cells without probability must be empty.
inline void expect_drawn_from(const std::vector<double>& counts, const std::vector<double>& law) {
  double draws = 0.0;
  for (const double count : counts) draws += count;
  double statistic = 0.0;
  std::size_t cells = 0;
  const auto add_cell = [&](double count, double expected) {
    statistic += (count - expected) * (count - expected) / expected;
    ++cells;
  };
  double rare = 0.0;
  double expected_rare = 0.0;
  for (std::size_t i = 0; i < law.size(); ++i) {
    const double expected = draws * law[i];
    EXPECT_TRUE(law[i] > 0.0 || counts[i] == 0.0) << i;
    if (expected >= 5.0) {
      add_cell(counts[i], expected);
    } else {
      rare += counts[i];
      expected_rare += expected;
    }
  }
  if (expected_rare >= 1.0) add_cell(rare, expected_rare);
  // Chi-square values exceeded with probability 1e-4, by degrees of freedom from 1 on.
  constexpr double kCritical[] = {15.14, 18.42, 21.11, 23.51, 25.74, 27.86,
                                  29.88, 31.83, 33.72, 35.56, 37.37};
  ASSERT_GE(cells, 2U);
  ASSERT_LE(cells - 2, std::size(kCritical) - 1);
  EXPECT_LT(statistic, kCritical[cells - 2]);
}

}  // namespace dinas
