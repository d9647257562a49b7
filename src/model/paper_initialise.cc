#include "model/paper_initialise.h"

#include <cmath>

#include "base/random.h"

namespace dinas {

TensorMap initial_paper_weights(const std::vector<ParameterInfo>& parameters, std::uint64_t seed) {
  TensorMap weights;
  std::uint32_t item = 0;
  double reach = 0.0;  // of the map being drawn: its weight precedes its bias
  for (const ParameterInfo& info : parameters) {
    Tensor tensor{info.shape, {}};
    const auto size = static_cast<std::size_t>(element_count(info.shape));
    if (info.initialisation == Initialisation::kLinear) {
      if (info.shape.size() == 2) reach = 1.0 / std::sqrt(static_cast<double>(info.shape[1]));
      RandomStream stream(seed, Purpose::kInitialise, item);
      tensor.data.reserve(size);
      while (tensor.data.size() < size) {
        tensor.data.push_back(static_cast<float>(reach * (2.0 * stream.uniform() - 1.0)));
      }
    } else {
      tensor.data.assign(size, info.initialisation == Initialisation::kOne ? 1.0F : 0.0F);
    }
    weights.emplace(info.name, std::move(tensor));
    ++item;
  }
  return weights;
}

}  // namespace dinas
