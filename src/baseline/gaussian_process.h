// Regression by a Gaussian process on few labels, and its predictions for many architectures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "baseline/agreement_kernel.h"

namespace dinas {

/// Natural logarithm of the standard normal distribution function, kept finite (at least that of
/// 1e-30).
double log_normal_cdf(double x);

/// Zero prior mean, kernel of unit variance times an amplitude, plus white noise. Adding the n-th
/// label costs n^2 / 2 multiplications, and so does changing the values of all.
class GaussianProcess {
 public:
  /// `noise` > 0: the variance of the noise relative to that of the kernel.
  GaussianProcess(AgreementKernel kernel, double noise);

  /// One more labelled place, of value 0 for now. `codes`: [kernel.features()]
  void add(std::span<const std::uint8_t> codes);
  /// The labels, finite. [size()]
  void set_values(std::span<const double> values);

  [[nodiscard]] std::size_t size() const { return table_.size(); }
  [[nodiscard]] const CodeTable& table() const { return table_; }
  [[nodiscard]] const AgreementKernel& kernel() const { return kernel_; }
  [[nodiscard]] double noise() const { return noise_; }

  /// The amplitude that maximises the likelihood: y' K^-1 y / n, at least kLeastAmplitude; 1
  /// without labels.
  [[nodiscard]] double amplitude() const;
  /// Log marginal likelihood at that amplitude.
  [[nodiscard]] double log_likelihood() const;

  static constexpr double kLeastAmplitude = 1e-6;

 private:
  friend class Posterior;

  AgreementKernel kernel_;
  double noise_;
  CodeTable table_;
  std::vector<std::vector<double>> factor_;  // rows of the lower Cholesky factor of K + noise I
  std::vector<double> whitened_;             // factor^-1 y
  double log_diagonal_ = 0.0;                // sum of the logarithms of the factor's diagonal
};

/// Predictions for a fixed set of candidates: candidates x n multiplications for the n-th label or
/// supposition, once.
class Posterior {
 public:
  /// Neither is copied: both must outlive this.
  Posterior(const GaussianProcess& process, const CodeTable& candidates);

  /// Takes in the places that the process has got since and all its values; suppositions are
  /// dropped.
  void update();
  /// As if the candidate had been labelled with exactly its mean (Ginsbourger's believer): means
  /// stay, variances shrink.
  void suppose(std::size_t candidate);

  [[nodiscard]] std::size_t size() const { return candidates_.size(); }
  [[nodiscard]] double mean(std::size_t candidate) const { return mean_[candidate]; }
  /// Of the noiseless function, with the process' amplitude.
  [[nodiscard]] double deviation(std::size_t candidate) const;

 private:
  struct Row;
  void add_rows(std::span<const Row> added);
  void compute_means();

  const GaussianProcess& process_;
  const CodeTable& candidates_;
  double amplitude_ = 1.0;
  std::size_t labels_ = 0;                // of the process, taken in
  std::vector<std::vector<float>> rows_;  // [labels and suppositions][blocks * kBlock], factor^-1 K
  std::vector<float> mean_;               // [blocks * kBlock]
  std::vector<float> variance_;           // the same, relative to the amplitude
  std::vector<float> certain_;            // variance_ without suppositions
};

}  // namespace dinas
