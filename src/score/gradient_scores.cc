#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "nettrain/loss.h"
#include "score/scores.h"
#include "score/started_network.h"
#include "score/symmetric.h"

namespace dinas {
namespace {

using nettrain::TrainableNetwork;

// Of the cross entropy of images [first, first + count) with the labels.
const std::vector<float>& loss_gradients(TrainableNetwork& network, const ImageBatch& batch,
                                         std::size_t first, std::size_t count) {
  forward(network, batch, first, count);
  std::vector<float> gradients(network.logits().size());
  nettrain::cross_entropy(network.logits(), std::span(batch.labels).subspan(first, count), 0, 1,
                          gradients);
  return gradients_for(network, gradients);
}

// Of convolutions and linear layers.
std::vector<WeightRange> kernel_ranges(const TrainableNetwork& network) {
  std::vector<WeightRange> ranges;
  for (std::size_t i = 0; i < network.numbers().size(); ++i) {
    const nettrain::LayerNumbers& numbers = network.numbers()[i];
    if (network.network().layers[i].kind == LayerKind::kBatchNorm) continue;
    if (numbers.weight_size > 0) ranges.push_back({numbers.weight, numbers.weight_size});
  }
  return ranges;
}

// Who reads a BatchNorm reads its input.
ImageNetwork without_norms(ImageNetwork network) {
  std::vector<int> instead(network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    Layer& layer = network.layers[i];
    for (int& input : layer.inputs) input = instead[static_cast<std::size_t>(input)];
    const bool is_norm = layer.kind == LayerKind::kBatchNorm;
    instead[i] = is_norm ? layer.inputs.front() : static_cast<int>(i);
  }
  network.output = instead[static_cast<std::size_t>(network.output)];
  return network;
}

}  // namespace

double ntk_condition(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed) {
  check_batch(network, batch);
  TrainableNetwork started = start(network, batch.count, seed);
  forward(started, batch, 0, batch.count);
  const std::vector<WeightRange> ranges = weight_ranges(started);
  const auto classes = static_cast<std::size_t>(network.classes());
  std::vector<std::vector<float>> gradients;
  for (std::size_t i = 0; i < batch.count; ++i) {
    std::vector<float> of_image(batch.count * classes);
    std::fill_n(of_image.begin() + static_cast<std::ptrdiff_t>(i * classes), classes, 1.F);
    gradients.push_back(gradients_for(started, of_image));
  }
  std::vector<double> kernel(batch.count * batch.count);
  for (std::size_t i = 0; i < batch.count; ++i) {
    for (std::size_t j = i; j < batch.count; ++j) {
      double sum = 0;
      for (const WeightRange& range : ranges) {
        for (std::size_t k = range.begin; k < range.begin + range.size; ++k) {
          sum += static_cast<double>(gradients[i][k]) * gradients[j][k];
        }
      }
      kernel[i * batch.count + j] = kernel[j * batch.count + i] = sum;
    }
  }
  const std::vector<double> values = symmetric_eigenvalues(kernel, batch.count);
  const double condition = values.back() / values.front();
  return condition >= 1 ? std::min(condition, kWorstCondition) : kWorstCondition;
}

double synflow(const ImageNetwork& network, std::uint64_t seed) {
  TrainableNetwork started = start(without_norms(network), 1, seed);
  for (float& value : started.parameters()) value = std::abs(value);
  ImageBatch ones{network.input_shape(), 1, {}, {}};
  ones.values.assign(static_cast<std::size_t>(ones.shape.numbers()), 1.F);
  forward(started, ones, 0, 1);
  const std::vector<float> up(started.logits().size(), 1.F);
  const std::vector<float>& gradients = gradients_for(started, up);
  double sum = 0;
  for (const WeightRange& range : weight_ranges(started)) {
    for (std::size_t k = range.begin; k < range.begin + range.size; ++k) {
      sum += std::abs(static_cast<double>(gradients[k]) * started.parameters()[k]);
    }
  }
  return std::log(sum);
}

double zico(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed) {
  check_batch(network, batch);
  const std::size_t part = batch.count / kZicoParts;
  DINAS_CHECK(batch.labels.size() == batch.count);
  TrainableNetwork started = start(network, part, seed);
  std::vector<double> size(started.parameters().size()), sum(size), squares(size);
  for (std::size_t i = 0; i < kZicoParts; ++i) {
    const std::vector<float>& gradients = loss_gradients(started, batch, i * part, part);
    for (std::size_t k = 0; k < gradients.size(); ++k) {
      size[k] += std::abs(gradients[k]);
      sum[k] += gradients[k];
      squares[k] += static_cast<double>(gradients[k]) * gradients[k];
    }
  }
  double score = 0;
  constexpr auto kParts = static_cast<double>(kZicoParts);
  for (const WeightRange& range : kernel_ranges(started)) {
    double of_layer = 0;
    for (std::size_t k = range.begin; k < range.begin + range.size; ++k) {
      const double variance = squares[k] / kParts - sum[k] * sum[k] / (kParts * kParts);
      if (variance > 0) of_layer += size[k] / kParts / std::sqrt(variance);
    }
    if (of_layer > 0) score += std::log(of_layer);
  }
  return score;
}

}  // namespace dinas
