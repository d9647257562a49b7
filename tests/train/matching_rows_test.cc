#include "train/matching_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/ruled_skeletons.h"
#include "support/toy_space.h"
#include "train/batch_support.h"

namespace dinas {
namespace {

using Rows = std::set<std::size_t>;

const std::vector<MetricSpec> kThree = {{"a", Direction::kMax, MetricLevel::kCell},
                                        {"b", Direction::kMin, MetricLevel::kCell},
                                        {"c", Direction::kMax, MetricLevel::kCell}};

// 600 of 720 architectures; ties, missing values and a fifth of the rows without any label.
Table random_table() {
  Table table(std::make_shared<SkeletonSpace>(chain_skeleton({3, 4, 5, 2, 2, 3})));
  RandomStream stream(12, Purpose::kCheck);
  std::vector<std::vector<double>> values(kThree.size());
  for (std::uint64_t i = 0; i < 720; ++i) {
    if (i % 6 == 2) continue;
    table.add_architecture(nth_architecture(table.space().skeleton(), i));
    const bool labelled = stream.below(5) > 0;
    for (auto& column : values) {
      const bool has_value = labelled && stream.below(4) > 0;
      column.push_back(has_value ? stream.below(60) : kNaN);
    }
  }
  for (std::size_t k = 0; k < kThree.size(); ++k) {
    table.add_column(kThree[k].name, "t.csv").values = values[k];
  }
  return table;
}

// A row that has a value of every metric of `active`, with bounds that it keeps: its own value, or
// anything looser.
TrainingPair draw_pair(const Case& c, const std::set<std::size_t>& active, RandomStream& stream) {
  const auto all =
      static_cast<std::uint32_t>(active.empty() ? c.data.architectures.size() : c.data.labelled);
  TrainingPair pair{stream.below(all), Condition(kThree.size(), kOpen)};
  while (std::ranges::any_of(active,
                             [&](std::size_t k) { return std::isnan(c.tails[k][pair.row]); })) {
    pair.row = stream.below(all);
  }
  for (const std::size_t k : active) {
    const double tail = c.tails[k][pair.row];
    const double tau = stream.below(3) == 0 ? tail : tail + (1.0 - tail) * stream.uniform();
    pair.condition[k] = static_cast<float>(std::log(tau));
  }
  return pair;
}

Architecture masked_state(const Case& c, const TrainingPair& pair, RandomStream& stream) {
  Architecture state = c.data.architectures[pair.row];
  const std::uint32_t share = stream.below(7);
  for (std::size_t v = 0; v < state.size(); ++v) {
    const auto mask = static_cast<std::uint8_t>(c.data.space->skeleton().variables[v].size());
    if (stream.below(6) < share) state[v] = mask;
  }
  return state;
}

bool agrees(const Case& c, std::size_t row, const Architecture& state) {
  for (std::size_t v = 0; v < state.size(); ++v) {
    const bool masked = state[v] == c.data.space->skeleton().variables[v].size();
    if (!masked && state[v] != c.data.architectures[row][v]) return false;
  }
  return true;
}

// Of `rows`, those that keep the pair's bound on one metric alone.
std::size_t keeping(const Case& c, const TrainingPair& pair, std::size_t metric) {
  Condition one(kThree.size(), kOpen);
  one[metric] = pair.condition[metric];
  std::size_t count = 0;
  for (std::size_t row = 0; row < c.data.labelled; ++row) count += c.meets(row, one, pair.row);
  return count;
}

TEST(MatchingRows, AreTheRowsOfAFilterByDefinition) {
  const Case c(random_table(), kThree);
  ASSERT_GT(c.data.architectures.size(), c.data.labelled + 64);
  ASSERT_GT(c.data.labelled, 256U);
  MatchingRows matching(c.data);
  RandomStream stream(3, Purpose::kCheck);
  int by_bound = 0;  // fewer rows keep the tightest bound than agree with the state
  int by_state = 0;
  for (int i = 0; i < 4000; ++i) {
    std::set<std::size_t> active;
    for (std::size_t k = 0; k < kThree.size(); ++k) {
      if (stream.below(2) == 0) active.insert(k);
    }
    const TrainingPair pair = draw_pair(c, active, stream);
    const Architecture state = masked_state(c, pair, stream);
    Rows expected;
    std::size_t agreeing = 0;
    for (std::size_t row = 0; row < c.data.architectures.size(); ++row) {
      if (!agrees(c, row, state) || (row >= c.data.labelled && !active.empty())) continue;
      ++agreeing;
      if (c.meets(row, pair.condition, pair.row)) expected.insert(row);
    }
    const auto found = matching.find(pair, state);
    ASSERT_EQ(Rows(found.begin(), found.end()), expected) << i;
    ASSERT_EQ(found.size(), expected.size()) << "a row twice";
    ASSERT_TRUE(expected.contains(pair.row));
    const bool tight =
        std::ranges::any_of(active, [&](std::size_t k) { return keeping(c, pair, k) < agreeing; });
    ++(tight ? by_bound : by_state);
  }
  EXPECT_GT(by_bound, 300);
  EXPECT_GT(by_state, 300);
}

TEST(MatchingRows, WithoutBoundsUnlabelledRowsMatchAndWithBoundsTheyDoNot) {
  Table table(std::make_shared<SkeletonSpace>(chain_skeleton({2, 2})));
  for (std::uint64_t i = 0; i < 4; ++i) {
    table.add_architecture(nth_architecture(table.space().skeleton(), i));
  }
  table.add_column("a", "t.csv").values = {1, kNaN, 3, 2};
  const Case c(std::move(table), {kThree[0]});  // rows 0, 2, 3 of the table and then row 1
  ASSERT_EQ(c.data.labelled, 3U);
  MatchingRows matching(c.data);
  const auto rows = [&](const TrainingPair& pair, const Architecture& state) {
    const auto found = matching.find(pair, state);
    return Rows(found.begin(), found.end());
  };
  EXPECT_EQ(rows({3, {kOpen}}, {2, 2}), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(rows({3, {kOpen}}, {2, 0}), (Rows{0, 3}));
  EXPECT_EQ(rows({0, {0.0F}}, {2, 2}), (Rows{0, 1, 2}));         // tau = 1
  EXPECT_EQ(rows({2, {std::log(0.7F)}}, {2, 2}), (Rows{1, 2}));  // the best two of three
  EXPECT_EQ(rows({2, {std::log(0.7F)}}, {1, 2}), (Rows{2}));
  EXPECT_EQ(rows({1, {std::log(1.0F / 3.0F)}}, {2, 2}), (Rows{1}));
}

}  // namespace
}  // namespace dinas
