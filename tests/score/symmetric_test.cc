#include "score/symmetric.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "base/random.h"

namespace dinas {
namespace {

TEST(SymmetricTest, EigenvaluesByHand) {
  const std::array<double, 4> matrix{2, 1, 1, 2};
  const std::vector<double> values = symmetric_eigenvalues(matrix, 2);
  EXPECT_NEAR(values[0], 1, 1e-14);
  EXPECT_NEAR(values[1], 3, 1e-14);
  const std::array<double, 4> broken{NAN, 1, 1, 2};
  EXPECT_TRUE(std::isnan(symmetric_eigenvalues(broken, 2)[0]));
}

// Trace and determinant are the sum and the product of the eigenvalues.
TEST(SymmetricTest, LargerMatrices) {
  constexpr std::size_t kSize = 20;
  RandomStream random(3, Purpose::kCheck);
  std::vector<double> matrix(kSize * kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      matrix[i * kSize + j] = matrix[j * kSize + i] = random.normal();
    }
  }
  double trace = 0, sum = 0, log_product = 0;
  for (std::size_t i = 0; i < kSize; ++i) trace += matrix[i * kSize + i];
  for (const double value : symmetric_eigenvalues(matrix, kSize)) {
    sum += value;
    log_product += std::log(std::abs(value));
  }
  EXPECT_NEAR(sum, trace, 1e-10);
  EXPECT_NEAR(log_abs_determinant(matrix, kSize), log_product, 1e-9);
}

TEST(SymmetricTest, SingularMatrices) {
  const std::array<double, 9> matrix{0, 1, 0, 1, 0, 0, 0, 0, 0};
  EXPECT_EQ(log_abs_determinant(matrix, 3), -INFINITY);
  EXPECT_NEAR(symmetric_eigenvalues(matrix, 3)[0], -1, 1e-14);
}

}  // namespace
}  // namespace dinas
