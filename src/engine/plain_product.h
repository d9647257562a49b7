// Products with weights that change from call to call, and their gradients: what training is made
// of (oneDNN).
#pragma once

#include <cstddef>
#include <memory>

#include "engine/matrix_product.h"

namespace dinas {

/// y = x W (+ b) for a fixed number of rows, with weights as they lie in the array of parameters.
/// Belongs to one thread; allocates nothing of its own after its construction.
class PlainProduct {
 public:
  PlainProduct(std::size_t rows, std::size_t in, std::size_t out, bool bias,
               Activation activation = Activation::kNone);
  PlainProduct(PlainProduct&&) noexcept;
  PlainProduct& operator=(PlainProduct&&) noexcept;
  ~PlainProduct();

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t in() const { return in_; }
  [[nodiscard]] std::size_t out() const { return out_; }

  /// x [rows, in], weight [in, out], bias [out] or, without one, null; y [rows, out].
  void forward(const float* x, const float* weight, const float* bias, float* y);
  /// dx = dy W', or dx += dy W'. dy [rows, out], dx [rows, in].
  void input_gradient(const float* dy, const float* weight, float* dx, bool add);
  /// dweight += x' dy.
  void weight_gradient(const float* x, const float* dy, float* dweight);

 private:
  struct Calls;
  std::size_t rows_;
  std::size_t in_;
  std::size_t out_;
  std::unique_ptr<Calls> calls_;
};

}  // namespace dinas
