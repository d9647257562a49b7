// The binary form of XGBoost's models, as src/learner.cc, src/gbm/gbtree_model.h and
// include/xgboost/tree_model.h of dmlc/xgboost 0.90 to 1.5 write it on x86: structures of four-byte
// fields, lowest byte first, and texts behind their length of eight bytes.
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "import/xgboost_file.h"

namespace dinas {
namespace {

constexpr std::string_view kPickledHead = "CONFIG-offset:";
constexpr std::uint64_t kField = 4;

class BinaryModel {
 public:
  explicit BinaryModel(ByteReader& reader) : reader_(reader) {}

  BoostedTrees read() {
    read_head();
    read_learner();
    const std::int32_t trees = read_booster();
    for (std::int32_t i = 0; i < trees; ++i) read_tree(i);
    // Of each tree, the output that it belongs to.
    for (std::int32_t i = 0; i < trees; ++i) integer("the output of a tree", 0, 0);
    if (reader_.offset() > end_) {
      reader_.fail(reader_.offset(),
                   fmt::format("expected the model to end at byte {}, found more", end_));
    }
    return std::move(model_);
  }

 private:
  std::uint32_t bits(std::string_view what) {
    return static_cast<std::uint32_t>(reader_.little_endian(kField, what));
  }
  float real(std::string_view what) { return std::bit_cast<float>(bits(what)); }
  std::int32_t integer(std::string_view what, std::int32_t low, std::int32_t high) {
    const std::uint64_t offset = reader_.offset();
    const auto value = std::bit_cast<std::int32_t>(bits(what));
    if (value < low || value > high) {
      reader_.fail(offset,
                   fmt::format("expected {} from {} to {}, found {}", what, low, high, value));
    }
    return value;
  }
  void skip_fields(std::uint64_t count, std::string_view what) {
    reader_.skip(kField * count, what);
  }
  std::string name(std::string_view what) {
    constexpr std::uint64_t longest = 100;
    const std::uint64_t offset = reader_.offset();
    const std::uint64_t size = reader_.little_endian(8, what);
    if (size > longest) {
      reader_.fail(offset,
                   fmt::format("expected {} of at most {} bytes, found {}", what, longest, size));
    }
    return reader_.text(size, what);
  }

  void read_head();
  void read_learner();
  std::int32_t read_booster();
  void read_tree(std::int32_t number);
  TreeNode read_node();

  ByteReader& reader_;
  std::uint64_t end_ = std::numeric_limits<std::uint64_t>::max();
  BoostedTrees model_;
};

void BinaryModel::read_head() {
  if (reader_.begins_with(kPickledHead)) {
    reader_.skip(kPickledHead.size(), "the head");
    const std::uint64_t size = reader_.little_endian(8, "the size of the model");
    end_ = reader_.offset() + size;
    if (end_ < size) reader_.fail(kPickledHead.size(), "expected the size of the model");
  }
  if (reader_.begins_with("binf")) reader_.skip(kField, "the head");
}

// LearnerModelParam, 34 fields, and the objective.
void BinaryModel::read_learner() {
  constexpr std::int32_t most_features = 1'000'000;
  const std::uint64_t offset = reader_.offset();
  model_.base = real("the base score");
  if (!std::isfinite(model_.base)) {
    reader_.fail(offset, fmt::format("expected a finite base score, found {}", model_.base));
  }
  model_.features = static_cast<std::uint32_t>(integer("a number of features", 1, most_features));
  integer("a number of classes", 0, 1);
  skip_fields(4, "what follows the model");  // two counts of it, two numbers of the version
  integer("a number of targets", 0, 1);      // reserved before 1.7
  skip_fields(26, "reserved fields");
  const std::uint64_t named = reader_.offset();
  try {
    check_xgboost_objective(name("an objective"));
  } catch (const Error& problem) {
    reader_.fail(named, problem.what());
  }
}

// The booster's name and GBTreeModelParam, 40 fields. Returns the number of trees.
std::int32_t BinaryModel::read_booster() {
  const std::uint64_t offset = reader_.offset();
  const std::string booster = name("a booster");
  if (booster != "gbtree") {
    reader_.fail(offset, fmt::format("expected the booster 'gbtree', found '{}'", shown(booster)));
  }
  const std::int32_t trees =
      integer("a number of trees", 1, std::numeric_limits<std::int32_t>::max());
  skip_fields(6, "the booster");  // roots, features, padding, two of a buffer, outputs
  integer("a size of leaves", 0, 1);
  skip_fields(32, "reserved fields");
  return trees;
}

// TreeParam, 37 fields, the nodes and for each of them four fields of statistics.
void BinaryModel::read_tree(std::int32_t number) {
  const std::uint64_t offset = reader_.offset();
  integer("a number of roots", 0, 1);
  const std::int32_t nodes =
      integer("a number of nodes", 1, std::numeric_limits<std::int32_t>::max());
  skip_fields(3, "a tree");  // deleted nodes, depth, features
  integer("a size of leaves", 0, 1);
  skip_fields(31, "reserved fields");
  RegressionTree tree;
  for (std::int32_t i = 0; i < nodes; ++i) tree.push_back(read_node());
  skip_fields(4 * static_cast<std::uint64_t>(nodes), "statistics of nodes");
  try {
    check_tree(tree, model_.features);
  } catch (const Error& problem) {
    reader_.fail(offset, fmt::format("in tree {} there: {}", number, problem.what()));
  }
  tree.shrink_to_fit();
  model_.trees.push_back(std::move(tree));
}

TreeNode BinaryModel::read_node() {
  constexpr std::uint32_t default_left = 1U << 31U;
  TreeNode node;
  bits("a node");  // its parent
  node.left = std::bit_cast<std::int32_t>(bits("a node"));
  node.right = std::bit_cast<std::int32_t>(bits("a node"));
  const std::uint32_t split = bits("a node");
  node.feature = split & ~default_left;
  node.missing_left = (split & default_left) != 0;
  node.value = real("a node");
  return node;
}

}  // namespace

BoostedTrees read_xgboost_binary(ByteReader& reader) { return BinaryModel(reader).read(); }

}  // namespace dinas
