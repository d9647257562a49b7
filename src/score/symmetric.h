// Eigenvalues of small symmetric matrices.
#pragma once

#include <span>
#include <vector>

namespace dinas {

/// Ascending eigenvalues of a symmetric matrix [size, size], by Jacobi rotations; accurate to about
/// 1e-15 of the largest. NaN in the matrix: NaN.
std::vector<double> symmetric_eigenvalues(std::span<const double> matrix, std::size_t size);

/// log of the absolute value of the determinant; minus infinity for a singular matrix.
double log_abs_determinant(std::span<const double> matrix, std::size_t size);

}  // namespace dinas
