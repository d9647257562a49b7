#include <gtest/gtest.h>

#include <string>

#include "support/space_test.h"
#include "support/spaces.h"

namespace dinas {
namespace {

// in -> a -> b -> out, a -> out where the edge is there; c reads the input and may be cut off.
constexpr auto kCosts = R"(
zero = "none"
[[node]]
name = "in"
[[node]]
name = "a"
labels = ["none", "conv", "pool"]
reads = "in"
[[node]]
name = "b"
labels = ["none", "conv", "pool"]
reads = "a"
[[node]]
name = "out"
reads = "b"
[[edge]]
from = "a"
to = "out"
kinds = ["sum", "product"]
[[cost]]
name = "size"
meaning = "everything"
constant = 10
decimals = 2
labels = { conv = 1.5, pool = 0.25, in = 100 }
edges = { sum = 0.004, product = 7 }
[[cost.at]]
nodes = "b"
labels = { conv = 3 }
[[cost]]
name = "live"
meaning = "what is live"
effective = true
labels = { conv = 1, pool = 2 }
edges = { product = 10 }
[[cost]]
name = "depth"
meaning = "longest"
kind = "longest_path"
labels = { conv = 1 }
edges = { product = 5 }
[[cost]]
name = "paths"
meaning = "count"
kind = "path_count"
)";

class FileSpaceCosts : public testing::Test {
 protected:
  [[nodiscard]] double cost(const std::string& name, const Architecture& a) const {
    return metric_of(*space_, name, a);
  }
  std::shared_ptr<const Space> space_ = space_of(kCosts);
};

TEST_F(FileSpaceCosts, SumNodesAndEdges) {
  EXPECT_EQ(cost("size", {1, 1, 0}), 114.5);  // 10 + 100 + 1.5 + 3
  EXPECT_EQ(cost("size", {2, 2, 1}), 110.5);  // 10 + 100 + .25 + .25 + .004, two decimals
  EXPECT_EQ(cost("size", {0, 1, 2}), 120.0);  // dead nodes count: 10 + 100 + 3 + 7
}

TEST_F(FileSpaceCosts, LeaveOutWhatIsDead) {
  EXPECT_EQ(cost("live", {1, 2, 2}), 13.0);
  EXPECT_EQ(cost("live", {0, 2, 2}), 0.0);   // a cuts everything
  EXPECT_EQ(cost("live", {1, 0, 2}), 11.0);  // b is cut, the edge past it is not
  EXPECT_EQ(cost("live", {1, 0, 0}), 0.0);
}

TEST_F(FileSpaceCosts, FollowPaths) {
  EXPECT_EQ(cost("depth", {1, 1, 0}), 2.0);
  EXPECT_EQ(cost("depth", {1, 1, 2}), 6.0);  // a, then the product past b
  EXPECT_EQ(cost("depth", {0, 1, 2}), 0.0);
  EXPECT_EQ(cost("paths", {1, 1, 0}), 1.0);
  EXPECT_EQ(cost("paths", {1, 1, 1}), 2.0);
  EXPECT_EQ(cost("paths", {0, 1, 1}), 0.0);
}

}  // namespace
}  // namespace dinas
