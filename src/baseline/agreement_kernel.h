// How alike architectures are to a Gaussian process: by the categorical features they share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "space/space.h"

namespace dinas {

/// Codes of many architectures, feature by feature and in blocks, so that one architecture is
/// compared with a block of others in a few instructions. A code is one byte.
class CodeTable {
 public:
  static constexpr std::size_t kBlock = 64;

  explicit CodeTable(std::size_t features) : features_(features) {}
  /// All of one size: the number of features.
  CodeTable(std::size_t features, std::span<const std::vector<std::uint8_t>> rows);

  void add(std::span<const std::uint8_t> codes);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t features() const { return features_; }
  [[nodiscard]] std::size_t blocks() const { return (size_ + kBlock - 1) / kBlock; }
  /// [features][kBlock]; places beyond size() hold zeros.
  [[nodiscard]] const std::uint8_t* block(std::size_t index) const {
    return codes_.data() + index * features_ * kBlock;
  }
  [[nodiscard]] std::uint8_t code(std::size_t row, std::size_t feature) const {
    return block(row / kBlock)[feature * kBlock + row % kBlock];
  }
  /// The codes of one row. [features]
  [[nodiscard]] std::vector<std::uint8_t> row(std::size_t index) const;

 private:
  std::size_t features_;
  std::size_t size_ = 0;
  std::vector<std::uint8_t> codes_;  // [blocks][features][kBlock]
};

/// Positive definite, 1 for equal codes. With features f of weight w_f (sum 1) and a = the weight
/// on which x and y agree, q = the sum of w_f^2 on which they agree:
///   k = single a + pair (a^2 - q) / (1 - sum w_f^2) + whole prod_{f differs} exp(-decay F w_f)
/// divided by single + pair + whole. With equal weights, `single` is the product of one-hot
/// features, `pair` that of the one-hot features of all pairs, `whole` that of all subsets with
/// geometric weights (an exponential kernel of the Hamming distance).
class AgreementKernel {
 public:
  struct Shape {
    double single = 1.0;
    double pair = 1.0;
    double whole = 0.0;
    double decay = 1.0;
  };
  /// `weights`: [features], scaled here to the sum 1; one of 0 leaves its feature out, F counts the
  /// others. The shape's first three: >= 0, not all 0.
  AgreementKernel(std::vector<double> weights, const Shape& shape);
  /// Equal weights.
  AgreementKernel(std::size_t features, const Shape& shape);

  [[nodiscard]] std::size_t features() const { return features_.size(); }

  using Block = std::array<float, CodeTable::kBlock>;
  /// out[c] = k(x, row c of the block). Codes and rows may have more features: the first ones
  /// count.
  void rows(std::span<const std::uint8_t> x, const CodeTable& table, std::size_t block,
            float* out) const;

  /// What the kernel needs of one feature.
  struct Feature {
    float weight;
    float square;   // weight^2
    float differs;  // factor of `whole` where the codes differ
  };

 private:
  // Features one after the other of the same weight, above 0: of them only matters how many differ.
  struct Run {
    std::size_t first = 0;
    std::vector<float> factors{1.0F};  // of `whole` where so many differ; at most 256
    [[nodiscard]] std::size_t size() const { return factors.size() - 1; }
  };
  void add_to_runs(double weight, double decay);
  void whole_rows(std::span<const std::uint8_t> x, const std::uint8_t* codes, float* out) const;

  std::vector<Feature> features_;
  std::vector<Run> runs_;
  float single_;
  float pair_;
  float whole_;
};

}  // namespace dinas
