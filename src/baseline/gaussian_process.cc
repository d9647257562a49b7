#include "baseline/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/error.h"
#include "base/multiversion.h"

namespace dinas {
namespace {

// One more row of factor^-1 K at one block of candidates. Before: out is the kernel's row.
//   out[c] = (out[c] - sum_j factor[j] rows[j][c]) * inverse; variance -= out^2
DINAS_MULTIVERSION void finish_block(const float* factor, float* const* rows, std::size_t count,
                                     std::size_t at, float inverse, float* variance) {
  float* out = rows[count] + at;
  float sum[CodeTable::kBlock];
  for (std::size_t c = 0; c < CodeTable::kBlock; ++c) sum[c] = out[c];
  for (std::size_t j = 0; j < count; ++j) {
    const float f = factor[j];
    const float* row = rows[j] + at;
    for (std::size_t c = 0; c < CodeTable::kBlock; ++c) sum[c] -= f * row[c];
  }
  for (std::size_t c = 0; c < CodeTable::kBlock; ++c) {
    const float value = sum[c] * inverse;
    out[c] = value;
    variance[at + c] -= value * value;
  }
}

DINAS_MULTIVERSION void add_scaled(const float* row, std::size_t count, float factor, float* out) {
  for (std::size_t c = 0; c < count; ++c) out[c] += factor * row[c];
}

// Four sums, so that none waits for another.
double inner_product(const double* a, const double* b, std::size_t count) {
  double sums[4] = {0.0, 0.0, 0.0, 0.0};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < count; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

double log_normal_cdf(double x) {
  return std::log(std::max(0.5 * std::erfc(-x / std::numbers::sqrt2), 1e-30));
}

GaussianProcess::GaussianProcess(AgreementKernel kernel, double noise)
    : kernel_(std::move(kernel)), noise_(noise), table_(kernel_.features()) {
  DINAS_CHECK(noise > 0.0);
}

void GaussianProcess::add(std::span<const std::uint8_t> codes) {
  std::vector<double> row(size() + 1);
  AgreementKernel::Block block;
  for (std::size_t i = 0; i < size(); ++i) {
    if (i % CodeTable::kBlock == 0)
      kernel_.rows(codes, table_, i / CodeTable::kBlock, block.data());
    row[i] = block[i % CodeTable::kBlock];
  }
  double rest = 1.0 + noise_;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::vector<double>& other = factor_[i];
    row[i] = (row[i] - inner_product(row.data(), other.data(), i)) / other[i];
    rest -= row[i] * row[i];
  }
  // In exact arithmetic the rest is at least the noise.
  row.back() = std::sqrt(std::max(rest, 0.5 * noise_));
  log_diagonal_ += std::log(row.back());
  factor_.push_back(std::move(row));
  table_.add(codes);
  whitened_.push_back(0.0);
}

void GaussianProcess::set_values(std::span<const double> values) {
  DINAS_CHECK(values.size() == size());
  for (std::size_t i = 0; i < size(); ++i) {
    DINAS_CHECK(std::isfinite(values[i]));
    const std::vector<double>& row = factor_[i];
    whitened_[i] = (values[i] - inner_product(row.data(), whitened_.data(), i)) / row[i];
  }
}

double GaussianProcess::amplitude() const {
  if (size() == 0) return 1.0;
  double squares = 0.0;
  for (const double w : whitened_) squares += w * w;
  return std::max(squares / static_cast<double>(size()), kLeastAmplitude);
}

double GaussianProcess::log_likelihood() const {
  const auto n = static_cast<double>(size());
  const double a = amplitude();
  double squares = 0.0;
  for (const double w : whitened_) squares += w * w;
  return -0.5 * (squares / a + n * std::log(2.0 * std::numbers::pi * a)) - log_diagonal_;
}

Posterior::Posterior(const GaussianProcess& process, const CodeTable& candidates)
    : process_(process),
      candidates_(candidates),
      mean_(candidates.blocks() * CodeTable::kBlock, 0.0F),
      variance_(mean_.size(), 1.0F),
      certain_(variance_) {
  update();
}

/// A label or a supposition on its way in.
struct Posterior::Row {
  std::vector<float> factor;  // row of the process' factor
  std::vector<std::uint8_t> codes;
};

void Posterior::update() {
  rows_.resize(labels_);
  variance_ = certain_;
  std::vector<Row> added;
  for (; labels_ < process_.size(); ++labels_) {
    const std::vector<double>& factor = process_.factor_[labels_];
    added.push_back({{factor.begin(), factor.end()}, process_.table_.row(labels_)});
  }
  add_rows(added);
  certain_ = variance_;
  amplitude_ = process_.amplitude();
  compute_means();
}

void Posterior::suppose(std::size_t candidate) {
  Row row{{}, candidates_.row(candidate)};
  double rest = 1.0 + process_.noise_;
  for (const auto& earlier : rows_) {
    row.factor.push_back(earlier[candidate]);
    rest -= static_cast<double>(earlier[candidate]) * earlier[candidate];
  }
  row.factor.push_back(static_cast<float>(std::sqrt(std::max(rest, 0.5 * process_.noise_))));
  add_rows({&row, 1});
}

double Posterior::deviation(std::size_t candidate) const {
  return std::sqrt(amplitude_ * std::max(static_cast<double>(variance_[candidate]), 0.0));
}

void Posterior::add_rows(std::span<const Row> added) {
  const std::size_t before = rows_.size();
  for (std::size_t i = 0; i < added.size(); ++i) rows_.emplace_back(mean_.size());
  std::vector<float*> rows;
  for (auto& row : rows_) rows.push_back(row.data());
  // Block by block, so that what is read again and again stays in the cache.
  for (std::size_t b = 0; b < candidates_.blocks(); ++b) {
    for (std::size_t i = 0; i < added.size(); ++i) {
      const Row& row = added[i];
      const std::size_t count = before + i;
      process_.kernel_.rows(row.codes, candidates_, b, rows[count] + b * CodeTable::kBlock);
      finish_block(row.factor.data(), rows.data(), count, b * CodeTable::kBlock,
                   1.0F / row.factor.back(), variance_.data());
    }
  }
}

void Posterior::compute_means() {
  std::ranges::fill(mean_, 0.0F);
  for (std::size_t i = 0; i < labels_; ++i) {
    add_scaled(rows_[i].data(), mean_.size(), static_cast<float>(process_.whitened_[i]),
               mean_.data());
  }
}

}  // namespace dinas
