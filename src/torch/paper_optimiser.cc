#include "torch/paper_optimiser.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace dinas {

void amsgrad_step(const AmsgradOptions& options, std::uint64_t step,
                  std::span<const float> gradient, std::span<float> parameters, AmsgradState& state,
                  int threads) {
  const auto t = static_cast<double>(step);
  const auto b1 = static_cast<float>(options.beta1);
  const auto b2 = static_cast<float>(options.beta2);
  const auto keep = static_cast<float>(1.0 - options.rate * options.weight_decay);
  const auto rate = static_cast<float>(options.rate / (1.0 - std::pow(options.beta1, t)));
  const auto scale = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(options.beta2, t)));
  const auto epsilon = static_cast<float>(options.epsilon);

  constexpr std::size_t kSlice = 1 << 18;
  const std::size_t slices = (parameters.size() + kSlice - 1) / kSlice;
  parallel_for(slices, threads, [&](std::size_t slice, int) {
    const std::size_t end = std::min(parameters.size(), (slice + 1) * kSlice);
    for (std::size_t i = slice * kSlice; i < end; ++i) {
      const float g = gradient[i];
      const float m = b1 * state.first[i] + (1.0F - b1) * g;
      const float v = b2 * state.second[i] + (1.0F - b2) * g * g;
      const float largest = std::max(state.largest[i], v);
      state.first[i] = m;
      state.second[i] = v;
      state.largest[i] = largest;
      parameters[i] = keep * parameters[i] - rate * m / (std::sqrt(largest) * scale + epsilon);
    }
  });
}

}  // namespace dinas
