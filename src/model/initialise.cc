#include "model/initialise.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace dinas {
namespace {

double position_signal(std::int64_t index, std::int64_t feature, std::int64_t width) {
  const std::int64_t half = width / 2;
  const double rate = std::exp(-static_cast<double>(feature % half) * std::log(1e4) /
                               std::max<double>(1.0, static_cast<double>(half - 1)));
  const double phase = static_cast<double>(index) * rate;
  return feature < half ? std::sin(phase) : std::cos(phase);
}

float initial_value(const ParameterInfo& info, std::int64_t element, RandomStream& stream) {
  switch (info.initialisation) {
    case Initialisation::kZero:
      return 0.0F;
    case Initialisation::kOne:
      return 1.0F;
    case Initialisation::kLinear:
      return static_cast<float>(stream.normal() / std::sqrt(static_cast<double>(info.shape[0])));
    case Initialisation::kEmbedding:
      return static_cast<float>(0.5 * stream.normal());
    case Initialisation::kPosition:
      return static_cast<float>(
          position_signal(element / info.shape[1], element % info.shape[1], info.shape[1]));
  }
  return 0.0F;
}

}  // namespace

TensorMap initial_parameters(const DenoiserConfig& config, const Skeleton& skeleton,
                             std::size_t metrics, std::uint64_t seed) {
  TensorMap result;
  std::uint32_t item = 0;
  for (const ParameterInfo& info : fast_parameters(config, skeleton, metrics)) {
    RandomStream stream(seed, Purpose::kInitialise, item++);
    Tensor tensor{info.shape, {}};
    for (std::int64_t i = 0; i < element_count(info.shape); ++i) {
      tensor.data.push_back(initial_value(info, i, stream));
    }
    result.emplace(info.name, std::move(tensor));
  }
  return result;
}

}  // namespace dinas
