#include "import/gradient_boosting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"

namespace dinas {
namespace {

float leaf_of(const RegressionTree& tree, std::span<const float> row) {
  const TreeNode* node = &tree.front();
  while (!node->leaf()) {
    const float value = row[node->feature];
    const bool left = std::isnan(value) ? node->missing_left : value < node->value;
    node = &tree[static_cast<std::size_t>(left ? node->left : node->right)];
  }
  return node->value;
}

}  // namespace

void check_tree(const RegressionTree& tree, std::uint32_t features) {
  constexpr int deepest = 100;
  if (tree.empty()) throw Error("expected a tree of at least one node, found none");
  std::vector<bool> reached(tree.size());
  std::vector<std::pair<std::size_t, int>> open = {{0, 1}};  // nodes and their levels
  reached[0] = true;
  while (!open.empty()) {
    const auto [index, level] = open.back();
    open.pop_back();
    const TreeNode& node = tree[index];
    if (!std::isfinite(node.value)) {
      throw Error(fmt::format("expected a finite number at node {}, found {}", index, node.value));
    }
    if (node.leaf()) continue;
    if (node.feature >= features) {
      throw Error(fmt::format("expected one of {} features at node {}, found number {}", features,
                              index, node.feature));
    }
    if (level == deepest) {
      throw Error(fmt::format("expected a tree of at most {} levels, found more", deepest));
    }
    for (const std::int32_t child : {node.left, node.right}) {
      if (child <= 0 || static_cast<std::size_t>(child) >= tree.size()) {
        throw Error(fmt::format("expected a child from 1 to {} at node {}, found {}",
                                tree.size() - 1, index, child));
      }
      const auto next = static_cast<std::size_t>(child);
      if (reached[next]) {
        throw Error(fmt::format("expected every node below one other, found node {} twice", child));
      }
      reached[next] = true;
      open.emplace_back(next, level + 1);
    }
  }
}

std::vector<float> predict(const BoostedTrees& model, std::span<const float> rows, int threads) {
  constexpr std::size_t block = 64;  // rows that a tree in the cache serves
  const std::size_t count = rows.size() / model.features;
  std::vector<float> sums(count, model.base);
  parallel_for((count + block - 1) / block, threads, [&](std::size_t item, int) {
    const std::size_t end = std::min(count, (item + 1) * block);
    for (const RegressionTree& tree : model.trees) {
      for (std::size_t row = item * block; row < end; ++row) {
        sums[row] += leaf_of(tree, rows.subspan(row * model.features, model.features));
      }
    }
  });
  return sums;
}

}  // namespace dinas
