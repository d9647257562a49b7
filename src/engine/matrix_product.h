// Products of activations with constant weights, packed once (oneDNN).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace dinas {

/// Every product runs on tiles of this many rows, the last one filled up, so that a row's bits
/// depend on the row alone: oneDNN's AVX2 kernels round differently for different numbers of rows.
/// What is left beyond whole tiles runs on smaller ones where a trial shows the same bits.
inline constexpr std::size_t kRowTile = 64;

/// `rows` filled up to whole tiles.
constexpr std::size_t padded_rows(std::size_t rows) {
  return (rows + kRowTile - 1) / kRowTile * kRowTile;
}

enum class Precision { kFloat32, kBfloat16 };  // of weights and of what is multiplied with them
/// "f32" | "bf16"; throws UsageError.
Precision parse_precision(std::string_view text);
std::string_view precision_name(Precision precision);

enum class Activation { kNone, kRelu };

/// y = x W + b with packed weights. Immutable, shared by all threads.
class MatrixProduct {
 public:
  /// No product: in() and out() are 0.
  MatrixProduct() = default;
  /// `weight` [in, out]; `bias` [out] or empty. Throws UsageError for bfloat16 where the processor
  /// lacks it (has_bfloat16).
  MatrixProduct(std::size_t in, std::size_t out, std::span<const float> weight,
                std::span<const float> bias, Precision precision,
                Activation activation = Activation::kNone);

  [[nodiscard]] std::size_t in() const { return in_; }
  [[nodiscard]] std::size_t out() const { return out_; }

 private:
  friend class MatrixRunner;
  struct Packed;
  std::size_t in_ = 0;
  std::size_t out_ = 0;
  std::shared_ptr<const Packed> packed_;
};

/// One thread's means of running a product.
class MatrixRunner {
 public:
  explicit MatrixRunner(const MatrixProduct& product);
  MatrixRunner(MatrixRunner&&) noexcept;
  MatrixRunner& operator=(MatrixRunner&&) noexcept;
  ~MatrixRunner();

  /// x [padded_rows(rows), in], y [padded_rows(rows), out]; what is in the rows of x beyond `rows`
  /// does not matter, those of y are overwritten.
  void run(const float* x, std::size_t rows, float* y);

 private:
  friend class MatrixProduct;
  using Packed = MatrixProduct::Packed;
  struct State;
  // Do small tiles give the bits of large ones? Tried on random rows.
  bool small_tiles_agree();
  std::unique_ptr<State> state_;
};

/// oneDNN takes as many threads as it likes unless each thread that runs products has said this.
void use_one_thread_per_product();

}  // namespace dinas
