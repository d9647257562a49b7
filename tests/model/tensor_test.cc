#include "model/tensor.h"

#include "model/support.h"

namespace dinas {
namespace {

TEST(ElementCount, IsTheProductOfTheShape) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({5}), 5);
  EXPECT_EQ(element_count({2, 3, 4}), 24);
  EXPECT_EQ(element_count({2, 0, 4}), 0);
}

TEST(ElementCount, RefusesShapesThatNoTensorHas) {
  expect_error([] { element_count({2, -1}); }, "shape [2, -1] has a negative size");
  expect_error([] { element_count({4294967296, 4294967296}); }, "is too large");
}

}  // namespace
}  // namespace dinas
