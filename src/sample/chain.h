// One reverse chain spelled out call by call: what the sampler draws from and sampling_law sums
// over.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "diffusion/schedule.h"
#include "diffusion/transition.h"
#include "sample/guidance.h"
#include "space/space.h"

namespace dinas {

/// What the reverse process needs to know beside the network.
struct ReverseProcess {
  Noise noise = Noise::kMask;
  Schedule schedule{500};
  /// [variables][K], each sums to 1; used by marginal noise alone (uniform noise has 1/K).
  std::vector<std::vector<double>> marginals;
};

/// The calls of one chain under one condition; call numbers are 1-based. Immutable.
///
/// Mask noise starts from all variables masked and gives `moves(call)` of them, in an order drawn
/// once per item, their final value. Marginal and uniform noise start from the marginals at t = T
/// and move every variable in every call, the last time to t = 0. Under rules that last call gives
/// the values one after another, as mask noise does.
class ReverseChain {
 public:
  /// `steps` 0 means one call per variable (mask) or min(50, T) calls (others). T calls are the
  /// full grid; fewer lie on quadratic_grid, which may merge some. Throws UsageError for steps
  /// outside 1..variables (mask) or 1..T (others), weights that check_guidance_weight refuses, and
  /// a guidance interval that is empty or starts after the last call.
  ReverseChain(const Skeleton& skeleton, const ReverseProcess& process, Condition condition,
               int steps, GuidanceOptions guidance);

  [[nodiscard]] bool masks() const { return noise_ == Noise::kMask; }
  [[nodiscard]] int calls() const { return calls_; }
  /// Variables that get a new value in a call.
  [[nodiscard]] std::size_t moves(int call) const;
  /// Are the values that a call gives restricted to those that leave a valid completion? So in
  /// every call of mask noise under rules, and in the last call of other noises, which then starts
  /// from all variables masked and goes through them in the item's order: each is drawn from its
  /// law given the state before the call, restricted given the values that the order has brought.
  [[nodiscard]] bool completes(int call) const { return ruled_ && (masks() || call == calls_); }
  /// t / T of the states a call sees; 0 for mask noise.
  [[nodiscard]] double time(int call) const;
  /// Law of a variable at t = T (not for mask noise). [K]
  [[nodiscard]] const std::vector<double>& start(std::size_t variable) const {
    return marginals_[variable];
  }
  /// The conditions a call's prediction needs.
  [[nodiscard]] const std::vector<Condition>& conditions(int call) const {
    return guided(call) ? guided_ : plain_;
  }
  /// Law of the next value of a variable whose value is now `value` (ignored under mask noise),
  /// from the logits [conditions(call)][K] of that variable. [K], sums to 1.
  [[nodiscard]] std::vector<double> next_value(int call, std::size_t variable, int value,
                                               std::span<const std::vector<double>> logits) const;

 private:
  [[nodiscard]] bool guided(int call) const;
  void check_guidance() const;

  Noise noise_;
  bool ruled_;
  GuidanceOptions guidance_;
  std::vector<Condition> plain_;   // the condition alone
  std::vector<Condition> guided_;  // with what guidance needs beside it
  int calls_ = 0;
  std::vector<int> reveals_;                    // [calls] mask noise
  std::vector<double> time_;                    // [calls + 1] t / T of the grid, others
  std::vector<double> abar_;                    // [calls + 1]
  std::vector<std::vector<double>> marginals_;  // [variables][K]
};

}  // namespace dinas
