#include "import/gradient_boosting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "import/support.h"

namespace dinas {
namespace {

constexpr float kMissingFeature = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinite = std::numeric_limits<float>::infinity();

TreeNode leaf(float value) {
  TreeNode node;
  node.value = value;
  return node;
}

TreeNode split(std::uint32_t feature, float threshold, std::int32_t left, std::int32_t right,
               bool missing_left = false) {
  return {threshold, left, right, feature, missing_left};
}

float predict_row(const BoostedTrees& model, const std::vector<float>& row) {
  return predict(model, row, 1).front();
}

// x0 < 0.5 ? 1 : (x1 < 2 ? 10 : 100)
RegressionTree two_splits() {
  return {split(0, 0.5F, 1, 2, true), leaf(1.0F), split(1, 2.0F, 3, 4), leaf(10.0F), leaf(100.0F)};
}

TEST(BoostedTrees, AddALeafOfEveryTreeToTheBaseScore) {
  const BoostedTrees model{2, 0.5F, {two_splits(), {leaf(0.25F)}, two_splits()}};
  EXPECT_EQ(predict_row(model, {0.0F, 0.0F}), 0.5F + 1.0F + 0.25F + 1.0F);
  EXPECT_EQ(predict_row(model, {1.0F, 1.0F}), 0.5F + 10.0F + 0.25F + 10.0F);
  EXPECT_EQ(predict_row(model, {1.0F, 3.0F}), 0.5F + 100.0F + 0.25F + 100.0F);
}

TEST(BoostedTrees, GoLeftOnlyBelowTheThreshold) {
  const BoostedTrees model{2, 0.0F, {two_splits()}};
  EXPECT_EQ(predict_row(model, {0.5F, 2.0F}), 100.0F);
  EXPECT_EQ(predict_row(model, {std::nextafter(0.5F, 0.0F), 2.0F}), 1.0F);
}

TEST(BoostedTrees, SendMissingFeaturesWhereTheNodeSays) {
  const BoostedTrees model{2, 0.0F, {two_splits()}};
  EXPECT_EQ(predict_row(model, {kMissingFeature, 0.0F}), 1.0F);
  EXPECT_EQ(predict_row(model, {1.0F, kMissingFeature}), 100.0F);
}

// In single precision 2^24 + 1 is 2^24 again: an order of its own.
TEST(BoostedTrees, AddInSinglePrecisionInTheirOrder) {
  const BoostedTrees upwards{1, 0.0F, {{leaf(16777216.0F)}, {leaf(1.0F)}, {leaf(1.0F)}}};
  EXPECT_EQ(predict_row(upwards, {0.0F}), 16777216.0F);
  const BoostedTrees downwards{1, 0.0F, {{leaf(1.0F)}, {leaf(1.0F)}, {leaf(16777216.0F)}}};
  EXPECT_EQ(predict_row(downwards, {0.0F}), 16777218.0F);
}

TEST(BoostedTrees, PredictTheSameWithAnyNumberOfThreads) {
  const BoostedTrees model{2, 0.5F, {two_splits(), two_splits()}};
  std::vector<float> rows;
  for (int i = 0; i < 200; ++i) {
    rows.push_back(i % 3 == 0 ? 0.0F : 1.0F);
    rows.push_back(i % 5 == 0 ? 1.0F : 3.0F);
  }
  const std::vector<float> one = predict(model, rows, 1);
  ASSERT_EQ(one.size(), 200U);
  EXPECT_EQ(one[0], 2.5F);
  EXPECT_EQ(one[5], 20.5F);
  EXPECT_EQ(one[199], 200.5F);
  EXPECT_EQ(predict(model, rows, 3), one);
}

std::string problem_of(const RegressionTree& tree, std::uint32_t features = 2) {
  return error_of([&] { check_tree(tree, features); });
}

TEST(CheckTree, TakesTreesWhoseOtherNodesAreNotReached) {
  RegressionTree tree = two_splits();
  tree.push_back(leaf(kInfinite));
  EXPECT_NO_THROW(check_tree(tree, 2));
}

TEST(CheckTree, RefusesWhatIsNoTree) {
  EXPECT_NE(problem_of({}).find("at least one node"), std::string::npos);
  EXPECT_NE(problem_of({split(0, 1.0F, 1, 0), leaf(1.0F)}).find("a child from 1 to 1 at node 0"),
            std::string::npos);
  EXPECT_NE(problem_of({split(0, 1.0F, 1, 2), leaf(1.0F)}).find("found 2"), std::string::npos);
  EXPECT_NE(problem_of({split(0, 1.0F, 1, -1), leaf(1.0F)}).find("found -1"), std::string::npos);
  EXPECT_NE(problem_of({split(0, 1.0F, 1, 1), leaf(1.0F)}).find("found node 1 twice"),
            std::string::npos);
  const RegressionTree cycle = {split(0, 1.0F, 1, 2), split(0, 1.0F, 2, 1), leaf(1.0F)};
  EXPECT_NE(problem_of(cycle).find("twice"), std::string::npos);
}

TEST(CheckTree, RefusesFeaturesAndNumbersThatAreNone) {
  EXPECT_EQ(problem_of(two_splits(), 1), "expected one of 1 features at node 2, found number 1");
  EXPECT_NE(problem_of({leaf(kInfinite)}).find("a finite number at node 0"), std::string::npos);
  EXPECT_NE(problem_of({split(0, kMissingFeature, 1, 2), leaf(1.0F), leaf(1.0F)}).find("finite"),
            std::string::npos);
}

TEST(CheckTree, RefusesChains) {
  for (const std::int32_t levels : {100, 101}) {
    // Splits are the nodes 0, 2, 4, ...; the last level is a leaf.
    RegressionTree chain(static_cast<std::size_t>(2 * levels - 1), leaf(0.0F));
    for (std::int32_t i = 0; i + 1 < levels; ++i) {
      chain[static_cast<std::size_t>(2 * i)] = split(0, 1.0F, 2 * i + 1, 2 * i + 2);
    }
    if (levels == 100) {
      EXPECT_NO_THROW(check_tree(chain, 1));
    } else {
      EXPECT_NE(problem_of(chain, 1).find("at most 100 levels"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace dinas
