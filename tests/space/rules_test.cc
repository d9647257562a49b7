// What every space gets from its skeleton and rules alone.
#include <gtest/gtest.h>

#include <set>

#include "space/space.h"
#include "support/ruled_skeletons.h"
#include "support/toy_space.h"

namespace dinas {
namespace {

using Marks = std::vector<std::uint8_t>;

Marks marks(const Skeleton& skeleton, const Architecture& state, std::size_t variable) {
  Marks allowed(static_cast<std::size_t>(skeleton.variables[variable].size()), 9);
  mark_completable(skeleton, state, variable, allowed);
  return allowed;
}

TEST(MarkCompletable, ByHand) {
  const Skeleton one = at_most_one().skeleton;
  EXPECT_EQ(marks(one, {2, 2, 2}, 1), (Marks{1, 1}));
  EXPECT_EQ(marks(one, {1, 2, 2}, 1), (Marks{1, 0}));
  EXPECT_EQ(marks(one, {0, 0, 2}, 2), (Marks{1, 1}));
  // Whatever the variable's own value is.
  EXPECT_EQ(marks(one, {1, 0, 2}, 0), (Marks{1, 1}));
  EXPECT_EQ(marks(one, {1, 1, 2}, 0), (Marks{1, 0}));
  // Both others taken: no value is left.
  EXPECT_EQ(marks(one, {1, 1, 2}, 2), (Marks{0, 0}));

  const Skeleton chain = dependent_chain().skeleton;  // a <= b <= c, d = (c is 2)
  EXPECT_EQ(marks(chain, {3, 1, 3, 2}, 0), (Marks{1, 1, 0}));
  EXPECT_EQ(marks(chain, {3, 1, 3, 2}, 2), (Marks{0, 1, 1}));
  EXPECT_EQ(marks(chain, {3, 2, 3, 2}, 3), (Marks{0, 1}));  // across two steps
  EXPECT_EQ(marks(chain, {3, 3, 3, 0}, 0), (Marks{1, 1, 0}));
}

TEST(MarkCompletable, EverythingWithoutRules) {
  EXPECT_EQ(marks(mixed_skeleton(), {0, 1, 1}, 0), (Marks{1, 1, 1}));
  EXPECT_TRUE(is_valid(mixed_skeleton(), Architecture{0, 1, 1}));
}

TEST(CombinationCount, StopsAtTwoToThe64) {
  EXPECT_EQ(combination_count(Skeleton{}), 1U);
  EXPECT_EQ(combination_count(mixed_skeleton()), 12U);
  EXPECT_EQ(combination_count(at_most_one().skeleton), 8U);  // valid or not
  std::vector<int> sizes(63, 2);
  EXPECT_EQ(combination_count(chain_skeleton(sizes)), std::uint64_t{1} << 63);
  sizes.push_back(2);
  EXPECT_EQ(combination_count(chain_skeleton(sizes)), std::nullopt);
  sizes.assign(200, 5);
  EXPECT_EQ(combination_count(chain_skeleton(sizes)), std::nullopt);
}

TEST(Representatives, AreTheValidOnesInTheirOrder) {
  const SkeletonSpace free(mixed_skeleton());
  EXPECT_EQ(free.enumerable(), 12U);
  ASSERT_TRUE(free.representatives());
  EXPECT_EQ(free.representatives()->size(), 12U);
  for (const Ruled& ruled : {at_most_one(), dependent_chain()}) {
    const SkeletonSpace space(ruled.skeleton);
    EXPECT_EQ(space.enumerable(), std::nullopt);  // not every combination is an architecture
    EXPECT_EQ(space.representatives(), ruled.valid);
  }
}

TEST(Representatives, AreNotListedWhereTheyAreTooMany) {
  const SkeletonSpace largest(chain_skeleton(std::vector<int>(21, 2)));
  EXPECT_EQ(largest.enumerable(), std::uint64_t{1} << 21);
  const SkeletonSpace larger(chain_skeleton(std::vector<int>(22, 2)));
  EXPECT_EQ(larger.enumerable(), std::nullopt);
  EXPECT_EQ(larger.representatives(), std::nullopt);
  EXPECT_EQ(SkeletonSpace(chain_skeleton(std::vector<int>(64, 2))).representatives(), std::nullopt);
  EXPECT_EQ(find_space("darts")->representatives(), std::nullopt);
}

TEST(Representatives, AreOneOfEveryClass) {
  const auto space = find_space("nasbench201");
  const auto listed = space->representatives();
  ASSERT_TRUE(listed);
  std::set<std::uint64_t> classes;
  for (const Architecture& a : *listed) classes.insert(space->canonical_class(a));
  EXPECT_EQ(listed->size(), 6466U);
  EXPECT_EQ(classes.size(), 6466U);
}

TEST(ComputedMetrics, AreFoundByName) {
  for (const std::string& name : space_names()) {
    const auto space = find_space(name);
    for (std::size_t i = 0; i < space->computed_metrics().size(); ++i) {
      EXPECT_EQ(computed_metric(*space, space->computed_metrics()[i].name), i) << name;
    }
    EXPECT_EQ(computed_metric(*space, "accuracy"), std::nullopt);
    EXPECT_EQ(computed_metric(*space, ""), std::nullopt);
  }
}

}  // namespace
}  // namespace dinas
