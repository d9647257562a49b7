// Three variables of 2, 3 and 2 values with a written-out joint law and two bounds on it: small
// enough for every law of the sampler to be computed by hand-sized sums.
#pragma once

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "support/exact_denoiser.h"

namespace dinas {

class Toy {
 public:
  static constexpr std::size_t kStates = 12;

  explicit Toy(Noise noise, int T = 500)
      : skeleton_(make_skeleton()),
        process_{noise, Schedule(T), make_marginals()},
        denoiser_(skeleton_, process_,
                  {target(open()), target(first()), target(second()), target(both())}) {}

  static Condition open() { return {kOpen, kOpen}; }
  static Condition first() { return {std::log(0.1F), kOpen}; }
  static Condition second() { return {kOpen, std::log(0.3F)}; }
  static Condition both() { return {std::log(0.1F), std::log(0.3F)}; }

  /// p(x | condition), [kStates] in the order of architecture_index; every entry is positive.
  static std::vector<double> law(const Condition& condition) {
    // Variable 0 is the fastest digit. Strongly dependent, no symmetry.
    constexpr std::array<double, kStates> kJoint = {0.20, 0.02, 0.03, 0.12, 0.05, 0.04,
                                                    0.01, 0.18, 0.09, 0.03, 0.02, 0.21};
    // How likely each architecture keeps the first and the second bound.
    constexpr std::array<double, kStates> kFirst = {0.02, 0.90, 0.30, 0.05, 0.60, 0.08,
                                                    0.70, 0.10, 0.03, 0.80, 0.40, 0.15};
    constexpr std::array<double, kStates> kSecond = {0.10, 0.20, 0.90, 0.70, 0.05, 0.60,
                                                     0.80, 0.03, 0.40, 0.15, 0.95, 0.30};
    std::vector<double> p(kJoint.begin(), kJoint.end());
    for (std::size_t i = 0; i < kStates; ++i) {
      if (!std::isnan(condition[0])) p[i] *= kFirst[i];
      if (!std::isnan(condition[1])) p[i] *= kSecond[i];
    }
    return normalised(p);
  }

  static std::vector<double> normalised(std::vector<double> p) {
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& x : p) x /= total;
    return p;
  }

  [[nodiscard]] const Skeleton& skeleton() const { return skeleton_; }
  [[nodiscard]] const ReverseProcess& process() const { return process_; }
  [[nodiscard]] const Denoiser& denoiser() const { return denoiser_; }

 private:
  static Skeleton make_skeleton() {
    Skeleton s;
    s.nodes = 3;
    s.vocabulary = {"a", "b", "c"};
    s.fixed_label = {-1, -1, -1};
    s.fixed_edges = {{0, 1}, {1, 2}};
    for (const int size : {2, 3, 2}) {
      Variable v;
      v.node = s.variable_count();
      for (int x = 0; x < size; ++x) {
        v.values.push_back(s.vocabulary[static_cast<std::size_t>(x)]);
        v.labels.push_back(x);
      }
      s.variables.push_back(v);
    }
    return s;
  }

  static std::vector<std::vector<double>> make_marginals() {
    std::vector<std::vector<double>> m = {{0.0, 0.0}, {0.0, 0.0, 0.0}, {0.0, 0.0}};
    const Skeleton skeleton = make_skeleton();
    const std::vector<double> p = law(open());
    for (std::size_t i = 0; i < kStates; ++i) {
      const Architecture a = nth_architecture(skeleton, i);
      for (std::size_t v = 0; v < a.size(); ++v) m[v][a[v]] += p[i];
    }
    return m;
  }

  static Target target(const Condition& condition) {
    Target t{condition, {}, law(condition)};
    const Skeleton skeleton = make_skeleton();
    for (std::size_t i = 0; i < kStates; ++i) {
      t.architectures.push_back(nth_architecture(skeleton, i));
    }
    return t;
  }

  Skeleton skeleton_;
  ReverseProcess process_;
  ExactDenoiser denoiser_;
};

}  // namespace dinas
