#include "nettrain/loss.h"

#include <algorithm>
#include <cmath>

namespace dinas::nettrain {
namespace {

// log of the sum of the exponentials.
double log_sum(std::span<const float> logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float value : logits) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

}  // namespace

double cross_entropy(std::span<const float> logits, std::span<const std::uint16_t> labels,
                     double smoothing, double weight, std::span<float> gradients) {
  const std::size_t classes = logits.size() / labels.size();
  const auto images = static_cast<double>(labels.size());
  double loss = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::span<const float> row = logits.subspan(i * classes, classes);
    const double total = log_sum(row);
    for (std::size_t c = 0; c < classes; ++c) {
      const double target =
          smoothing / static_cast<double>(classes) + (c == labels[i] ? 1 - smoothing : 0);
      const double log_probability = row[c] - total;
      loss -= target * log_probability;
      gradients[i * classes + c] =
          static_cast<float>(weight / images * (std::exp(log_probability) - target));
    }
  }
  return loss / images;
}

Hits count_hits(std::span<const float> logits, std::span<const std::uint16_t> labels) {
  const std::size_t classes = logits.size() / labels.size();
  Hits hits;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::span<const float> row = logits.subspan(i * classes, classes);
    const auto best = std::max_element(row.begin(), row.end()) - row.begin();
    hits.right += best == labels[i] ? 1 : 0;
    hits.log_loss += log_sum(row) - row[labels[i]];
  }
  return hits;
}

}  // namespace dinas::nettrain
