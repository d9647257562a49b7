#include <algorithm>
#include <bit>

#include "score/scores.h"
#include "score/started_network.h"
#include "score/symmetric.h"

namespace dinas {

double linear_regions(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed) {
  constexpr std::size_t kAtOnce = 1000;
  check_batch(network, batch);
  nettrain::TrainableNetwork started = start(network, std::min(batch.count, kAtOnce), seed);
  std::vector<std::vector<std::uint64_t>> all;
  for (std::size_t first = 0; first < batch.count; first += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, batch.count - first);
    forward(started, batch, first, count);
    auto patterns = activation_patterns(started, count).images;
    all.insert(all.end(), std::make_move_iterator(patterns.begin()),
               std::make_move_iterator(patterns.end()));
  }
  std::sort(all.begin(), all.end());
  return static_cast<double>(std::unique(all.begin(), all.end()) - all.begin());
}

double naswot(const ImageNetwork& network, const ImageBatch& batch, std::uint64_t seed) {
  check_batch(network, batch);
  nettrain::TrainableNetwork started = start(network, batch.count, seed);
  forward(started, batch, 0, batch.count);
  const ActivationPatterns patterns = activation_patterns(started, batch.count);
  std::vector<double> kernel(batch.count * batch.count);
  for (std::size_t i = 0; i < batch.count; ++i) {
    for (std::size_t j = 0; j < batch.count; ++j) {
      const auto &a = patterns.images[i], &b = patterns.images[j];
      std::size_t different = 0;
      for (std::size_t word = 0; word < a.size(); ++word) {
        different += static_cast<std::size_t>(std::popcount(a[word] ^ b[word]));
      }
      kernel[i * batch.count + j] = static_cast<double>(patterns.bits - different);
    }
  }
  return log_abs_determinant(kernel, batch.count);
}

}  // namespace dinas
