// The loss of a classifier and what it says of predictions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dinas::nettrain {

/// Mean over the images of the cross entropy with the target (1 - smoothing) on the right class and
/// smoothing / classes on every one. `gradients` [images, classes] is set to `weight` times the
/// gradient of that mean.
double cross_entropy(std::span<const float> logits, std::span<const std::uint16_t> labels,
                     double smoothing, double weight, std::span<float> gradients);

struct Hits {
  std::size_t right = 0;  // images whose right class has the largest logit, the first of equals
  double log_loss = 0;    // sum over the images of -log of the probability of the right class
};
Hits count_hits(std::span<const float> logits, std::span<const std::uint16_t> labels);

}  // namespace dinas::nettrain
