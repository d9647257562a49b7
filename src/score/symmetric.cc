#include "score/symmetric.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace dinas {
namespace {

// Turns rows and columns p and q so that a[p, q] becomes 0 (Golub and Van Loan, 8.5.2).
void rotate(std::vector<double>& a, std::size_t size, std::size_t p, std::size_t q) {
  const double off = a[p * size + q];
  if (off == 0) return;
  const double theta = (a[q * size + q] - a[p * size + p]) / (2 * off);
  const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  for (std::size_t k = 0; k < size; ++k) {
    const double x = a[k * size + p], y = a[k * size + q];
    a[k * size + p] = c * x - s * y;
    a[k * size + q] = s * x + c * y;
  }
  for (std::size_t k = 0; k < size; ++k) {
    const double x = a[p * size + k], y = a[q * size + k];
    a[p * size + k] = c * x - s * y;
    a[q * size + k] = s * x + c * y;
  }
}

}  // namespace

std::vector<double> symmetric_eigenvalues(std::span<const double> matrix, std::size_t size) {
  constexpr int kMostSweeps = 60;  // about 10 are enough
  std::vector<double> a(matrix.begin(), matrix.end());
  double total = 0;
  for (const double value : a) total += value * value;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    double off = 0;
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) off += a[p * size + q] * a[p * size + q];
    }
    if (!(off > 1e-32 * total)) break;
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) rotate(a, size, p, q);
    }
  }
  std::vector<double> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = a[i * size + i];
  if (std::isnan(total)) std::fill(values.begin(), values.end(), std::nan(""));
  std::sort(values.begin(), values.end());
  return values;
}

double log_abs_determinant(std::span<const double> matrix, std::size_t size) {
  std::vector<double> a(matrix.begin(), matrix.end());
  double sum = 0;
  for (std::size_t k = 0; k < size; ++k) {  // elimination with the largest pivot of the column
    std::size_t best = k;
    for (std::size_t i = k + 1; i < size; ++i) {
      if (std::abs(a[i * size + k]) > std::abs(a[best * size + k])) best = i;
    }
    for (std::size_t j = k; j < size; ++j) std::swap(a[k * size + j], a[best * size + j]);
    sum += std::log(std::abs(a[k * size + k]));
    if (a[k * size + k] == 0) break;
    for (std::size_t i = k + 1; i < size; ++i) {
      const double factor = a[i * size + k] / a[k * size + k];
      for (std::size_t j = k; j < size; ++j) a[i * size + j] -= factor * a[k * size + j];
    }
  }
  return sum;
}

}  // namespace dinas
