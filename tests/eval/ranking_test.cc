#include "eval/ranking.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "eval/tiny_table.h"

namespace dinas {
namespace {

using tiny::kCells;

const Criterion kMostPaths{"paths", Direction::kMax};
const Criterion kLeastLatency{"latency", Direction::kMin};

// Of the metrics alone: a ranking asks for nothing else.
Model model_of(const std::vector<MetricSpec>& specs) {
  Model model;
  for (const MetricSpec& spec : specs) model.metrics.emplace_back(spec, std::vector{1.0, 2.0});
  return model;
}

Bound bound_on_first(double threshold) {
  Bound bound;
  bound.threshold = threshold;
  return bound;
}

TEST(Ranking, WhatTheSpaceComputesCountsInDeviationsOfTheCandidates) {
  const auto space = make_nasbench201();
  const Ranking ranking(kMostPaths, {}, Model{}, *space, nullptr);
  EXPECT_EQ(ranking.metrics(), std::vector<std::string>{"paths"});
  const auto worth = ranking.judge({kCells[0], kCells[2]});  // 1 and 2 paths: deviation sqrt(1/2)
  ASSERT_EQ(worth.size(), 2U);
  EXPECT_EQ(worth[0].expected, std::vector{1.0});
  EXPECT_EQ(worth[1].expected, std::vector{2.0});
  EXPECT_DOUBLE_EQ(worth[0].merit, std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(worth[1].merit, 2 * std::sqrt(2.0));
}

TEST(Ranking, WhereLowerIsBetterTheLowestHasTheHighestMerit) {
  const auto space = make_nasbench201();
  const Ranking ranking({"paths", Direction::kMin}, {}, Model{}, *space, nullptr);
  const auto worth = ranking.judge({kCells[0], kCells[2]});
  EXPECT_DOUBLE_EQ(worth[0].merit, -std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(worth[1].merit, -2 * std::sqrt(2.0));
}

TEST(Ranking, ABoundThatIsCertainToBreakOutweighsAllElse) {
  const Table table = tiny::make_table();
  const Model model = model_of({{"paths", Direction::kMax}});
  const Ranking ranking(kLeastLatency, {bound_on_first(2.0)}, model, table.space(), &table);
  EXPECT_EQ(ranking.metrics(), (std::vector<std::string>{"latency", "paths"}));
  const Ranking free(kLeastLatency, {}, model, table.space(), &table);
  const auto bounded = ranking.judge({kCells[0], kCells[2]});
  const auto unbounded = free.judge({kCells[0], kCells[2]});
  EXPECT_NEAR(bounded[0].merit, unbounded[0].merit + std::log(1e-30), 1e-9);
  EXPECT_NEAR(bounded[1].merit, unbounded[1].merit, 1e-9);
}

TEST(Ranking, ABoundThatNothingTellsOfIsLeftOut) {
  const Table table = tiny::make_table();
  const Model model = model_of({{"energy", Direction::kMin}});
  const Ranking ranking(kLeastLatency, {bound_on_first(1.0)}, model, table.space(), &table);
  EXPECT_EQ(ranking.metrics(), std::vector<std::string>{"latency"});
}

TEST(Ranking, ANetworkIsRecognisedInAnySpellingWhereRowsTellOfClasses) {
  Table table(make_nasbench201());
  for (const std::size_t cell : {0U, 1U, 2U, 5U}) table.add_architecture(kCells[cell]);
  table.add_column("latency", "tiny").values = {5, 3, 9, 2};
  const std::vector<Architecture> spellings = {kCells[2], kCells[3]};
  const auto expected = [&] {
    const auto worth = Ranking(kLeastLatency, {}, Model{}, table.space(), &table).judge(spellings);
    return std::pair{worth[0].expected.front(), worth[1].expected.front()};
  };
  const auto apart = expected();
  EXPECT_NE(apart.first, apart.second);
  table.let_rows_tell_of_classes();
  const auto together = expected();
  EXPECT_EQ(together.first, apart.first);
  EXPECT_EQ(together.second, apart.first);
}

TEST(Ranking, ARowWithoutTheLabelDoesNotHideATwinWithIt) {
  Table table(make_nasbench201());
  for (const std::size_t cell : {0U, 1U, 3U, 2U, 5U}) table.add_architecture(kCells[cell]);
  table.add_column("latency", "tiny").values = {5, 3, tiny::kNone, 9, 2};
  table.let_rows_tell_of_classes();
  const Ranking ranking(kLeastLatency, {}, Model{}, table.space(), &table);
  const auto worth = ranking.judge({kCells[2], kCells[3]});  // row 3 of the table and its twin
  EXPECT_EQ(worth[0].expected, worth[1].expected);
}

TEST(Ranking, SaysWhatItNeedsToKnowOfTheMetric) {
  Table table = tiny::make_table();
  table.add_column("energy", "tiny");
  const Criterion energy{"energy", Direction::kMin};
  EXPECT_THROW(Ranking(energy, {}, Model{}, table.space(), nullptr), UsageError);
  EXPECT_THROW(Ranking(energy, {}, Model{}, table.space(), &table), Error);
}

}  // namespace
}  // namespace dinas
