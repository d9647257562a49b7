#include "baseline/small_network.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace dinas {

SmallNetwork::SmallNetwork(const Skeleton& skeleton, RandomStream& stream)
    : offsets_(skeleton.offsets()), inputs_(static_cast<std::size_t>(skeleton.total_values())) {
  weights_.assign(last() + kHidden + 1, 0.0);
  gradient_ = mean_ = square_ = weights_;
  const auto draw = [&](std::size_t from, std::size_t count, std::size_t active) {
    const double scale = std::sqrt(2.0 / static_cast<double>(active));
    for (std::size_t i = from; i < from + count; ++i) weights_[i] = scale * stream.normal();
  };
  draw(0, inputs_ * kHidden, skeleton.variables.size());
  draw(between(), kHidden * kHidden, kHidden);
  draw(last(), kHidden, kHidden);
}

SmallNetwork::Pass SmallNetwork::forward(const Architecture& architecture) const {
  Pass pass;
  for (std::size_t h = 0; h < kHidden; ++h) pass.first[h] = weights_[first_bias() + h];
  for (std::size_t v = 0; v < architecture.size(); ++v) {
    const auto input = static_cast<std::size_t>(offsets_[v]) + architecture[v];
    const double* row = weights_.data() + input * kHidden;
    for (std::size_t h = 0; h < kHidden; ++h) pass.first[h] += row[h];
  }
  for (double& unit : pass.first) unit = std::max(unit, 0.0);
  for (std::size_t h = 0; h < kHidden; ++h) pass.second[h] = weights_[second_bias() + h];
  for (std::size_t i = 0; i < kHidden; ++i) {
    const double* row = weights_.data() + between() + i * kHidden;
    for (std::size_t h = 0; h < kHidden; ++h) pass.second[h] += pass.first[i] * row[h];
  }
  for (double& unit : pass.second) unit = std::max(unit, 0.0);
  pass.output = weights_.back();
  for (std::size_t h = 0; h < kHidden; ++h) pass.output += pass.second[h] * weights_[last() + h];
  return pass;
}

void SmallNetwork::add_gradient(const Architecture& architecture, const Pass& pass, double error) {
  gradient_.back() += error;
  Units second{}, first{};
  for (std::size_t h = 0; h < kHidden; ++h) {
    gradient_[last() + h] += error * pass.second[h];
    second[h] = pass.second[h] > 0.0 ? error * weights_[last() + h] : 0.0;
    gradient_[second_bias() + h] += second[h];
  }
  for (std::size_t i = 0; i < kHidden; ++i) {
    if (pass.first[i] <= 0.0) continue;
    const std::size_t row = between() + i * kHidden;
    for (std::size_t h = 0; h < kHidden; ++h) {
      gradient_[row + h] += pass.first[i] * second[h];
      first[i] += weights_[row + h] * second[h];
    }
  }
  for (std::size_t h = 0; h < kHidden; ++h) gradient_[first_bias() + h] += first[h];
  for (std::size_t v = 0; v < architecture.size(); ++v) {
    const auto input = static_cast<std::size_t>(offsets_[v]) + architecture[v];
    for (std::size_t h = 0; h < kHidden; ++h) gradient_[input * kHidden + h] += first[h];
  }
}

void SmallNetwork::adam_step(int step) {
  constexpr double kRate = 0.01, kFirst = 0.9, kSecond = 0.999, kSmall = 1e-8;
  const double first = 1.0 - std::pow(kFirst, step), second = 1.0 - std::pow(kSecond, step);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    mean_[i] = kFirst * mean_[i] + (1.0 - kFirst) * gradient_[i];
    square_[i] = kSecond * square_[i] + (1.0 - kSecond) * gradient_[i] * gradient_[i];
    weights_[i] -= kRate * mean_[i] / first / (std::sqrt(square_[i] / second) + kSmall);
  }
}

void SmallNetwork::train(std::span<const Architecture> examples, std::span<const double> labels,
                         int steps) {
  DINAS_CHECK(examples.size() == labels.size() && !examples.empty());
  const double scale = 2.0 / static_cast<double>(examples.size());
  for (int step = 1; step <= steps; ++step) {
    std::ranges::fill(gradient_, 0.0);
    for (std::size_t i = 0; i < examples.size(); ++i) {
      const Pass pass = forward(examples[i]);
      add_gradient(examples[i], pass, scale * (pass.output - labels[i]));
    }
    adam_step(step);
  }
}

double SmallNetwork::predict(const Architecture& architecture) const {
  return forward(architecture).output;
}

}  // namespace dinas
