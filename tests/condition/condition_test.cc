#include "condition/condition.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace dinas {
namespace {

Bound bound_on(std::size_t metric, double tau) {
  Bound bound;
  bound.metric = metric;
  bound.tau = tau;
  return bound;
}

TEST(Condition, HoldsTheLogOfEachTailFraction) {
  const std::vector<Bound> bounds = {bound_on(2, 0.01), bound_on(0, 1.0)};
  const Condition condition = make_condition(bounds, 4);
  ASSERT_EQ(condition.size(), 4U);
  EXPECT_EQ(condition[0], 0.0F);
  EXPECT_TRUE(std::isnan(condition[1]));
  EXPECT_FLOAT_EQ(condition[2], -4.6051702F);
  EXPECT_TRUE(std::isnan(condition[3]));
  EXPECT_THROW(make_condition(bounds, 2), BugError);
}

TEST(Condition, KeepOnlyOpensAllOthers) {
  const std::vector<Bound> bounds = {bound_on(0, 0.5), bound_on(1, 0.25)};
  const Condition kept = keep_only(make_condition(bounds, 3), 1);
  EXPECT_TRUE(std::isnan(kept[0]));
  EXPECT_FLOAT_EQ(kept[1], -1.3862944F);
  EXPECT_TRUE(std::isnan(kept[2]));
  EXPECT_TRUE(is_null(keep_only(make_condition(bounds, 3), 2)));
  EXPECT_THROW(keep_only(kept, 3), BugError);
}

TEST(Condition, IsNullOnlyWithAllEntriesOpen) {
  EXPECT_TRUE(is_null({}));
  EXPECT_TRUE(is_null(make_condition({}, 3)));
  EXPECT_FALSE(is_null({kOpen, 0.0F}));
}

}  // namespace
}  // namespace dinas
