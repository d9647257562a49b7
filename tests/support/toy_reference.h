// Laws of the sampling chains on the toy, written out from the tables and dense matrices with no
// code of src/sample: what sampling_law is checked against.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "diffusion/schedule.h"
#include "support/toy.h"

namespace dinas {

using Rows = std::vector<std::vector<double>>;

/// Guidance on probabilities: which conditions, and how their rows [conditions][K] become one.
struct Guide {
  std::vector<Condition> conditions;
  std::function<std::vector<double>(const Rows&)> combine;
  bool on_posterior = false;  // combine p(x_s | x_t) rather than p0
};

inline Guide plain_guide(const Condition& condition) {
  return {{condition}, [](const Rows& p) { return p[0]; }};
}

/// p_cond^(1+w) p_null^-w
inline Guide tilted_guide(const Condition& condition, double w, bool on_posterior) {
  const auto combine = [w](const Rows& p) {
    std::vector<double> q(p[0].size());
    for (std::size_t x = 0; x < q.size(); ++x) {
      q[x] = std::pow(p[0][x], 1.0 + w) * std::pow(p[1][x], -w);
    }
    return Toy::normalised(q);
  };
  return {{condition, Toy::open()}, combine, on_posterior};
}

/// p_null prod_k (p_k / p_null)^(1+w_k) for the toy's two bounds.
inline Guide composed_guide(double w1, double w2) {
  const auto combine = [w1, w2](const Rows& p) {
    std::vector<double> q(p[0].size());
    for (std::size_t x = 0; x < q.size(); ++x) {
      q[x] =
          p[0][x] * std::pow(p[1][x] / p[0][x], 1.0 + w1) * std::pow(p[2][x] / p[0][x], 1.0 + w2);
    }
    return Toy::normalised(q);
  };
  return {{Toy::open(), Toy::first(), Toy::second()}, combine};
}

/// p(variable v | visible values), -1 where not visible.
inline std::vector<double> reference_conditional(const Toy& toy, const Condition& condition,
                                                 const std::array<int, 3>& visible, std::size_t v) {
  const std::vector<double> p = Toy::law(condition);
  std::vector<double> sums(static_cast<std::size_t>(toy.skeleton().variables[v].size()), 0.0);
  for (std::size_t i = 0; i < Toy::kStates; ++i) {
    const Architecture a = nth_architecture(toy.skeleton(), i);
    bool consistent = true;
    for (std::size_t u = 0; u < 3; ++u) consistent &= visible[u] < 0 || visible[u] == a[u];
    if (consistent) sums[a[v]] += p[i];
  }
  return Toy::normalised(sums);
}

/// Mean over the 6 orders of the product of guided conditionals, groups[c] variables in call c + 1.
inline std::vector<double> reference_mask_law(const Toy& toy,
                                              const std::vector<std::size_t>& groups,
                                              const std::function<Guide(int call)>& guide) {
  std::vector<double> law(Toy::kStates, 0.0);
  std::array<std::size_t, 3> order = {0, 1, 2};
  do {
    for (std::size_t i = 0; i < Toy::kStates; ++i) {
      const Architecture a = nth_architecture(toy.skeleton(), i);
      std::array<int, 3> visible = {-1, -1, -1};
      double product = 1.0 / 6.0;
      std::size_t next = 0;
      for (std::size_t c = 0; c < groups.size(); ++c) {
        const Guide g = guide(static_cast<int>(c) + 1);
        for (std::size_t j = next; j < next + groups[c]; ++j) {
          Rows rows;
          for (const Condition& condition : g.conditions) {
            rows.push_back(reference_conditional(toy, condition, visible, order[j]));
          }
          product *= g.combine(rows)[a[order[j]]];
        }
        for (const std::size_t end = next + groups[c]; next < end; ++next) {
          visible[order[next]] = a[order[next]];
        }
      }
      law[i] += product;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return law;
}

/// keep I + (1 - keep) 1 m'
inline Rows dense_matrix(double keep, const std::vector<double>& m) {
  Rows q;
  for (std::size_t k = 0; k < m.size(); ++k) {
    q.push_back(m);
    for (double& x : q.back()) x *= 1.0 - keep;
    q.back()[k] += keep;
  }
  return q;
}

/// Guided p(x_s of variable v | x_t), from dense matrices.
inline std::vector<double> reference_posterior(const Toy& toy, const Rows& marginals,
                                               const Guide& guide, const Architecture& x_t,
                                               double abar_s, double abar_t, std::size_t v) {
  const Rows step = dense_matrix(abar_t / abar_s, marginals[v]);
  const Rows to_s = dense_matrix(abar_s, marginals[v]);
  const Rows to_t = dense_matrix(abar_t, marginals[v]);
  const auto reverse = [&](const std::vector<double>& p0) {
    std::vector<double> law(p0.size(), 0.0);
    for (std::size_t x = 0; x < law.size(); ++x) {
      for (std::size_t k = 0; k < law.size(); ++k) {
        law[x] += p0[k] * step[x][x_t[v]] * to_s[k][x] / to_t[k][x_t[v]];
      }
    }
    return Toy::normalised(law);
  };
  Rows rows;
  for (const Condition& condition : guide.conditions) {
    const std::vector<double> p = Toy::law(condition);
    std::vector<double> p0(marginals[v].size(), 0.0);
    for (std::size_t i = 0; i < Toy::kStates; ++i) {
      const Architecture a = nth_architecture(toy.skeleton(), i);
      double weight = p[i];
      for (std::size_t u = 0; u < 3; ++u) {
        weight *= dense_matrix(abar_t, marginals[u])[a[u]][x_t[u]];
      }
      p0[a[v]] += weight;
    }
    p0 = Toy::normalised(p0);
    rows.push_back(guide.on_posterior ? reverse(p0) : p0);
  }
  return guide.on_posterior ? guide.combine(rows) : reverse(guide.combine(rows));
}

/// Law at t = 0 of the chain over a grid, by one dense matrix a call.
inline std::vector<double> reference_strided_law(const Toy& toy, const Rows& marginals,
                                                 const std::vector<int>& grid,
                                                 const std::function<Guide(int call)>& guide) {
  const auto state = [&](std::size_t i) { return nth_architecture(toy.skeleton(), i); };
  std::vector<double> law(Toy::kStates, 1.0);
  for (std::size_t i = 0; i < Toy::kStates; ++i) {
    for (std::size_t v = 0; v < 3; ++v) law[i] *= marginals[v][state(i)[v]];
  }
  for (std::size_t c = 1; c < grid.size(); ++c) {
    const double abar_t = toy.process().schedule.abar[static_cast<std::size_t>(grid[c - 1])];
    const double abar_s = toy.process().schedule.abar[static_cast<std::size_t>(grid[c])];
    std::vector<double> next(Toy::kStates, 0.0);
    for (std::size_t i = 0; i < Toy::kStates; ++i) {
      Rows moves;
      for (std::size_t v = 0; v < 3; ++v) {
        moves.push_back(reference_posterior(toy, marginals, guide(static_cast<int>(c)), state(i),
                                            abar_s, abar_t, v));
      }
      for (std::size_t j = 0; j < Toy::kStates; ++j) {
        const Architecture to = state(j);
        next[j] += law[i] * moves[0][to[0]] * moves[1][to[1]] * moves[2][to[2]];
      }
    }
    law = next;
  }
  return law;
}

}  // namespace dinas
