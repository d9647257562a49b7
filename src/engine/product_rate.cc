#include "engine/product_rate.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/parallel.h"

namespace dinas {
namespace {

constexpr std::size_t kIn = 64;
constexpr std::size_t kOut = 256;
constexpr std::size_t kRows = 4 * kRowTile;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

double product_rate(Precision precision, int threads, double seconds) {
  constexpr int kTrials = 5;
  const std::vector<float> weight(kIn * kOut, 0.5F);
  const std::vector<float> bias(kOut, 0.25F);
  const MatrixProduct product(kIn, kOut, weight, bias, precision, Activation::kRelu);
  std::vector<double> rates(static_cast<std::size_t>(threads), 0.0);
  parallel_for(rates.size(), threads, [&](std::size_t item, int) {
    use_one_thread_per_product();
    MatrixRunner runner(product);
    const std::vector<float> x(kRows * kIn, 1.0F);
    std::vector<float> y(kRows * kOut);
    runner.run(x.data(), kRows, y.data());
    for (int trial = 0; trial < kTrials; ++trial) {
      const auto start = std::chrono::steady_clock::now();
      double runs = 0.0;
      double spent = 0.0;
      for (; spent < seconds / kTrials; spent = seconds_since(start), ++runs) {
        runner.run(x.data(), kRows, y.data());
      }
      rates[item] = std::max(rates[item], 2.0 * runs * kRows * kIn * kOut / spent);
    }
  });
  double sum = 0.0;
  for (const double rate : rates) sum += rate;
  return sum;
}

}  // namespace dinas
