// Gradient-boosted regression trees as XGBoost predicts with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dinas {

/// A leaf, or a split: below `value` to the left, otherwise to the right.
struct TreeNode {
  float value = 0.0F;  // leaf: what it adds to the prediction; split: the threshold
  std::int32_t left = -1;
  std::int32_t right = -1;
  std::uint32_t feature = 0;
  bool missing_left = false;  // where a row without the feature (NaN) goes

  [[nodiscard]] bool leaf() const { return left == -1; }
};

/// Node 0 is the root.
using RegressionTree = std::vector<TreeNode>;

/// The sum of `base` and of one leaf of every tree, in single precision and in this order.
struct BoostedTrees {
  std::uint32_t features = 0;
  float base = 0.0F;
  std::vector<RegressionTree> trees;
};

/// Throws Error with the node for a child that is no node or comes twice (so that every row ends in
/// a leaf), a feature that is none of `features`, leaves and thresholds that are not finite, and
/// more than 100 levels.
void check_tree(const RegressionTree& tree, std::uint32_t features);

/// The prediction of every row of `rows` [n x features]; the trees have passed check_tree. The same
/// for any number of threads.
std::vector<float> predict(const BoostedTrees& model, std::span<const float> rows, int threads);

}  // namespace dinas
