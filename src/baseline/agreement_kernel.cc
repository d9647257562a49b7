#include "baseline/agreement_kernel.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/multiversion.h"

namespace dinas {
namespace {

using Feature = AgreementKernel::Feature;

// agreed[c], squares[c], product[c] over the features.
DINAS_MULTIVERSION void compare_block(const std::uint8_t* x, const std::uint8_t* codes,
                                      const Feature* features, std::size_t count, float* agreed,
                                      float* squares, float* product) {
  for (std::size_t c = 0; c < CodeTable::kBlock; ++c) {
    agreed[c] = 0.0F;
    squares[c] = 0.0F;
    product[c] = 1.0F;
  }
  for (std::size_t f = 0; f < count; ++f) {
    const std::uint8_t* column = codes + f * CodeTable::kBlock;
    const Feature feature = features[f];
    for (std::size_t c = 0; c < CodeTable::kBlock; ++c) {
      const bool same = column[c] == x[f];
      agreed[c] += same ? feature.weight : 0.0F;
      squares[c] += same ? feature.square : 0.0F;
      product[c] *= same ? 1.0F : feature.differs;
    }
  }
}

// differing[c], of features that are at most 255.
DINAS_MULTIVERSION void count_differing(const std::uint8_t* x, const std::uint8_t* codes,
                                        std::size_t count, std::uint8_t* differing) {
  for (std::size_t c = 0; c < CodeTable::kBlock; ++c) differing[c] = 0;
  for (std::size_t f = 0; f < count; ++f) {
    const std::uint8_t* column = codes + f * CodeTable::kBlock;
    const std::uint8_t own = x[f];
    for (std::size_t c = 0; c < CodeTable::kBlock; ++c) {
      differing[c] = static_cast<std::uint8_t>(differing[c] + (column[c] != own ? 1 : 0));
    }
  }
}

}  // namespace

CodeTable::CodeTable(std::size_t features, std::span<const std::vector<std::uint8_t>> rows)
    : features_(features) {
  codes_.reserve((rows.size() + kBlock - 1) / kBlock * kBlock * features);
  for (const std::vector<std::uint8_t>& row : rows) add(row);
}

void CodeTable::add(std::span<const std::uint8_t> codes) {
  DINAS_CHECK(codes.size() == features_);
  if (size_ % kBlock == 0) codes_.resize(codes_.size() + kBlock * features_, 0);
  std::uint8_t* block = codes_.data() + size_ / kBlock * features_ * kBlock;
  for (std::size_t f = 0; f < features_; ++f) block[f * kBlock + size_ % kBlock] = codes[f];
  ++size_;
}

std::vector<std::uint8_t> CodeTable::row(std::size_t index) const {
  std::vector<std::uint8_t> codes(features_);
  for (std::size_t f = 0; f < features_; ++f) codes[f] = code(index, f);
  return codes;
}

AgreementKernel::AgreementKernel(std::vector<double> weights, const Shape& shape) {
  double sum = 0.0, squares = 0.0;
  for (const double w : weights) sum += w;
  const auto used =
      static_cast<double>(std::ranges::count_if(weights, [](double w) { return w > 0.0; }));
  for (double& w : weights) {
    w /= sum;
    squares += w * w;
    const double decay = shape.decay * used * w;
    features_.push_back(
        {static_cast<float>(w), static_cast<float>(w * w), static_cast<float>(std::exp(-decay))});
    add_to_runs(w, decay);
  }
  // A single feature makes no pairs.
  const double pair = used > 1.0 ? shape.pair : 0.0;
  const double total = shape.single + pair + shape.whole;
  DINAS_CHECK(total > 0.0);
  single_ = static_cast<float>(shape.single / total);
  pair_ = pair > 0.0 ? static_cast<float>(pair / total / (1.0 - squares)) : 0.0F;
  whole_ = static_cast<float>(shape.whole / total);
}

AgreementKernel::AgreementKernel(std::size_t features, const Shape& shape)
    : AgreementKernel(std::vector<double>(features, 1.0), shape) {}

void AgreementKernel::add_to_runs(double weight, double decay) {
  constexpr std::size_t longest = 255;
  if (weight <= 0.0) return;
  const std::size_t feature = features_.size() - 1;
  const bool joins = !runs_.empty() && runs_.back().size() < longest &&
                     runs_.back().first + runs_.back().size() == feature &&
                     features_[feature - 1].weight == features_[feature].weight;
  if (!joins) runs_.push_back({feature});
  Run& run = runs_.back();
  const auto differing = static_cast<double>(run.factors.size());
  run.factors.push_back(static_cast<float>(std::exp(-decay * differing)));
}

void AgreementKernel::whole_rows(std::span<const std::uint8_t> x, const std::uint8_t* codes,
                                 float* out) const {
  std::fill_n(out, CodeTable::kBlock, 1.0F);
  std::array<std::uint8_t, CodeTable::kBlock> differing;
  for (const Run& run : runs_) {
    count_differing(x.data() + run.first, codes + run.first * CodeTable::kBlock, run.size(),
                    differing.data());
    for (std::size_t c = 0; c < CodeTable::kBlock; ++c) out[c] *= run.factors[differing[c]];
  }
}

void AgreementKernel::rows(std::span<const std::uint8_t> x, const CodeTable& table,
                           std::size_t block, float* out) const {
  if (single_ == 0.0F && pair_ == 0.0F) {  // only how many differ is asked for
    whole_rows(x, table.block(block), out);
    return;
  }
  Block agreed, squares, product;
  compare_block(x.data(), table.block(block), features_.data(), features_.size(), agreed.data(),
                squares.data(), product.data());
  for (std::size_t c = 0; c < CodeTable::kBlock; ++c) {
    const float two = agreed[c] * agreed[c] - squares[c];
    out[c] = single_ * agreed[c] + pair_ * two + whole_ * product[c];
  }
}

}  // namespace dinas
