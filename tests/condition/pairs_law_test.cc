// The property that makes the training pairs worth having: their joint law is exactly
// prod_k tau_k^-a 1[t_k(G) <= tau_k], so given the bounds G is uniform over the rows that meet
// them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "condition/pairs.h"
#include "condition/statistics.h"

namespace dinas {
namespace {

constexpr std::size_t kLawDraws = 400000;
constexpr std::size_t kArchitectures = 11;  // 8 labelled rows and 3 without labels

// row        0  1  2  3  4  5  6  7
// accuracy   9  8  8  7  6  6  5  -     (max)
// latency    3  1  2  2  5  4  6  1     (min)
const std::vector<double> kAccuracy = {9, 8, 8, 7, 6, 6, 5};
const std::vector<double> kLatency = {3, 1, 2, 2, 5, 4, 6, 1};
// Tail fractions by hand, 0 where the value is missing.
constexpr std::array<std::array<double, 8>, 2> kTails = {
    {{1. / 7, 3. / 7, 3. / 7, 4. / 7, 6. / 7, 6. / 7, 1, 0},
     {5. / 8, 2. / 8, 4. / 8, 4. / 8, 7. / 8, 6. / 8, 1, 2. / 8}}};

// Integral of tau^-a over [low, high].
double mass(double low, double high, double exponent) {
  if (high <= low) return 0.0;
  if (exponent == 1.0) return std::log(high / low);
  const double b = 1.0 - exponent;
  return (std::pow(high, b) - std::pow(low, b)) / b;
}

// Cells of tau per metric: the distinct tail fractions cut (0, 1] where the satisfying set changes;
// each piece is cut once more, to see the density inside it.
std::vector<double> cell_edges(std::size_t metric) {
  std::set<double> cuts(kTails[metric].begin(), kTails[metric].end());
  cuts.erase(0.0);
  std::vector<double> edges;
  for (const double cut : cuts) {
    if (!edges.empty()) edges.push_back(std::sqrt(edges.back() * cut));
    edges.push_back(cut);
  }
  return edges;
}

// One metric left open, or the number of the cell its tau lies in.
constexpr int kOpenCell = -1;
using Cells = std::array<int, 2>;

class PairLaw : public ::testing::TestWithParam<double> {
 protected:
  PairLaw()
      : metrics_{MetricDistribution({"accuracy", Direction::kMax, MetricLevel::kCell}, kAccuracy),
                 MetricDistribution({"latency", Direction::kMin, MetricLevel::kCell}, kLatency)},
        edges_{cell_edges(0), cell_edges(1)} {
    labels_.metrics = 2;
    labels_.classes = {1, 2, 3, 4, 5, 6, 7, 8};
    labels_.ranks = {1, 5, 3, 2, 3, 4, 4, 4, 6, 7, 6, 6, 7, 8, 0, 2};
    draw();
  }

  void draw() {
    PairSampler sampler(labels_, metrics_, kArchitectures, GetParam());
    RandomStream stream(2024, Purpose::kPair);
    for (std::size_t i = 0; i < kLawDraws; ++i) {
      const TrainingPair pair = sampler.draw(stream);
      Cells cells = {kOpenCell, kOpenCell};
      for (std::size_t k = 0; k < 2; ++k) {
        if (!std::isnan(pair.condition[k])) cells[k] = cell_of(k, std::exp(pair.condition[k]));
      }
      auto& rows = counts_[cells];
      rows.resize(kArchitectures);
      ++rows.at(pair.row);
    }
  }

  [[nodiscard]] int cell_of(std::size_t metric, double tau) const {
    const auto& edges = edges_[metric];
    const auto last = static_cast<std::ptrdiff_t>(edges.size()) - 2;
    const auto above = std::upper_bound(edges.begin(), edges.end(), tau) - edges.begin();
    // The condition holds floats, so a tau next to an outer edge may come back just outside.
    return static_cast<int>(std::clamp<std::ptrdiff_t>(above - 1, 0, last));
  }

  // Unnormalised probability of (row, cells) among pairs with the same active set.
  [[nodiscard]] double weight(std::size_t row, const Cells& cells) const {
    double product = 1.0;
    for (std::size_t k = 0; k < 2; ++k) {
      if (cells[k] == kOpenCell) continue;
      const double t = kTails[k][row];
      const auto cell = static_cast<std::size_t>(cells[k]);
      const double low = std::max(edges_[k][cell], t);
      product *= t == 0.0 ? 0.0 : mass(low, edges_[k][cell + 1], GetParam());
    }
    return product;
  }

  // Every combination of cells of one active set.
  [[nodiscard]] std::vector<Cells> all_cells(bool first, bool second) const {
    std::vector<Cells> result;
    const auto numbers = [this](std::size_t metric, bool active) {
      std::vector<int> cells;
      if (!active) return std::vector<int>{kOpenCell};
      for (std::size_t c = 0; c + 1 < edges_[metric].size(); ++c)
        cells.push_back(static_cast<int>(c));
      return cells;
    };
    for (const int a : numbers(0, first)) {
      for (const int b : numbers(1, second)) result.push_back({a, b});
    }
    return result;
  }

  [[nodiscard]] double observed(const Cells& cells) const {
    const auto found = counts_.find(cells);
    if (found == counts_.end()) return 0.0;
    return std::accumulate(found->second.begin(), found->second.end(), 0.0);
  }

  // Rows that meet bounds in the middle of the cells, by the rules that answer a user.
  [[nodiscard]] std::vector<std::size_t> satisfying(const Cells& cells) const {
    std::vector<Bound> bounds;
    for (std::size_t k = 0; k < 2; ++k) {
      if (cells[k] == kOpenCell) continue;
      const auto cell = static_cast<std::size_t>(cells[k]);
      Bound bound;
      bound.metric = k;
      bound.tau = 0.5 * (edges_[k][cell] + edges_[k][cell + 1]);
      bounds.push_back(bound);
    }
    return satisfying_rows(labels_, bounds, metrics_);
  }

  std::vector<MetricDistribution> metrics_;
  LabelTable labels_;
  std::array<std::vector<double>, 2> edges_;
  std::map<Cells, std::vector<double>> counts_;  // per cells: how often each architecture came
};

TEST_P(PairLaw, TailsByHandAreThoseOfTheDistributions) {
  for (std::size_t row = 0; row < 7; ++row) {
    EXPECT_DOUBLE_EQ(metrics_[0].tail_fraction(kAccuracy[row]), kTails[0][row]);
  }
  for (std::size_t row = 0; row < 8; ++row) {
    EXPECT_DOUBLE_EQ(metrics_[1].tail_fraction(kLatency[row]), kTails[1][row]);
  }
}

TEST_P(PairLaw, ActiveSetsAndBoundsFollowTheJointLaw) {
  const auto law = active_size_law(2);
  ChiSquare test;
  test.add(observed({kOpenCell, kOpenCell}), kLawDraws * law[0]);
  for (const auto& [first, second] : {std::pair{true, false}, {false, true}, {true, true}}) {
    const double set_probability = first && second ? law[2] : law[1] / 2.0;
    std::vector<double> weights;
    const auto cells = all_cells(first, second);
    for (const Cells& c : cells) {
      double sum = 0.0;
      for (std::size_t row = 0; row < labels_.rows(); ++row) sum += weight(row, c);
      weights.push_back(sum);
    }
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const double expected = kLawDraws * set_probability * weights[i] / total;
      if (expected == 0.0) {
        EXPECT_EQ(observed(cells[i]), 0.0);
        continue;
      }
      ASSERT_GE(expected, 5.0);  // what the chi-square approximation asks for
      test.add(observed(cells[i]), expected);
    }
  }
  test.close_group();
  EXPECT_GT(test.degrees(), 80U);
  EXPECT_LT(test.statistic(), test.critical());
}

TEST_P(PairLaw, GivenTheBoundsArchitecturesAreUniformOverThoseThatMeetThem) {
  ChiSquare test;
  for (const auto& [cells, rows] : counts_) {
    if (cells == Cells{kOpenCell, kOpenCell}) continue;
    const auto satisfying_set = satisfying(cells);
    const double expected = observed(cells) / static_cast<double>(satisfying_set.size());
    double inside = 0.0;
    for (const std::size_t row : satisfying_set) inside += rows[row];
    // Nothing outside; a tau within float rounding of an edge would be the only excuse, and 400,000
    // draws within 1e-7 of the edge of a cell make fewer than one.
    EXPECT_EQ(inside, observed(cells)) << cells[0] << " " << cells[1];
    if (expected < 5.0 || satisfying_set.size() < 2) continue;
    for (const std::size_t row : satisfying_set) test.add(rows[row], expected);
    test.close_group();
  }
  EXPECT_GT(test.degrees(), 150U);
  EXPECT_LT(test.statistic(), test.critical());
}

TEST_P(PairLaw, NullPairsAreUniformOverAllArchitectures) {
  const Cells null = {kOpenCell, kOpenCell};
  ChiSquare test;
  for (const double count : counts_.at(null)) test.add(count, observed(null) / kArchitectures);
  test.close_group();
  EXPECT_EQ(test.degrees(), kArchitectures - 1);
  EXPECT_LT(test.statistic(), test.critical());
}

TEST_P(PairLaw, UnlabelledArchitecturesServeTheNullConditionOnly) {
  for (const auto& [cells, rows] : counts_) {
    if (cells == Cells{kOpenCell, kOpenCell}) continue;
    for (std::size_t row = labels_.rows(); row < kArchitectures; ++row) EXPECT_EQ(rows[row], 0.0);
  }
}

INSTANTIATE_TEST_SUITE_P(Exponents, PairLaw, ::testing::Values(1.0, 1.25, 2.0));

}  // namespace
}  // namespace dinas
