#include "sample/completion.h"

#include <array>
#include <limits>
#include <numeric>

#include "base/error.h"

namespace dinas {

std::span<const double> keep_completable(const Skeleton& skeleton,
                                         std::span<const std::uint8_t> state, std::size_t variable,
                                         std::span<const double> law,
                                         std::vector<double>& scratch) {
  if (!skeleton.rules) return law;
  std::array<std::uint8_t, std::numeric_limits<std::uint8_t>::max()> marks{};
  const std::span<std::uint8_t> allowed = std::span(marks).first(law.size());
  mark_completable(skeleton, state, variable, allowed);
  scratch.assign(law.begin(), law.end());
  for (std::size_t k = 0; k < law.size(); ++k) scratch[k] *= allowed[k];
  double sum = std::accumulate(scratch.begin(), scratch.end(), 0.0);
  if (sum <= 0.0) {
    scratch.assign(allowed.begin(), allowed.end());
    sum = std::accumulate(scratch.begin(), scratch.end(), 0.0);
    DINAS_CHECK(sum > 0.0);
  }
  for (double& p : scratch) p /= sum;
  return scratch;
}

}  // namespace dinas
