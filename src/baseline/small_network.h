// A small neural network for a few labels.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "base/random.h"
#include "space/space.h"

namespace dinas {

/// One-hot codes of the variables, two hidden layers of kHidden rectified units, one output;
/// trained by Adam on all examples at once.
class SmallNetwork {
 public:
  static constexpr std::size_t kHidden = 16;

  /// Random weights. (He et al.)
  SmallNetwork(const Skeleton& skeleton, RandomStream& stream);

  /// Mean squared error; labels about of mean 0 and deviation 1.
  void train(std::span<const Architecture> examples, std::span<const double> labels, int steps);
  [[nodiscard]] double predict(const Architecture& architecture) const;

 private:
  using Units = std::array<double, kHidden>;
  struct Pass {
    Units first, second;
    double output;
  };
  [[nodiscard]] Pass forward(const Architecture& architecture) const;
  void add_gradient(const Architecture& architecture, const Pass& pass, double error);
  void adam_step(int step);

  // Where things are in weights_: inputs x hidden, bias, hidden x hidden, bias, hidden, bias.
  [[nodiscard]] std::size_t first_bias() const { return inputs_ * kHidden; }
  [[nodiscard]] std::size_t between() const { return first_bias() + kHidden; }
  [[nodiscard]] std::size_t second_bias() const { return between() + kHidden * kHidden; }
  [[nodiscard]] std::size_t last() const { return second_bias() + kHidden; }

  std::vector<int> offsets_;
  std::size_t inputs_;
  std::vector<double> weights_, gradient_, mean_, square_;
};

}  // namespace dinas
