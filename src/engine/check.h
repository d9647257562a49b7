// Do engines agree? Random inputs of a denoiser, its logits on them, and how far two sets of logits
// lie apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/denoiser.h"
#include "space/space.h"

namespace dinas {

// What still counts as agreement with the reference, as a share of the size of the logits
// (Differences::worst_relative).
/// Single precision: a logit is the end of some hundred roundings of 6e-8 that partly cancel. The
/// worst of 10,000 states is 5e-6 to 2e-5 by space, libtorch's own 3e-6 to 3e-5.
inline constexpr double kFloatTolerance = 4e-5;
/// Single precision as well, but sums and exponentials are not ours.
inline constexpr double kTorchTolerance = 1e-4;
/// Inputs of every product have 8 bits of significand, which is an error of 0.2 % each: told from a
/// wrong result, no more.
inline constexpr double kBfloat16Tolerance = 0.25;

/// Inputs of a denoiser, a block for a call.
struct CheckInputs {
  struct Block {
    std::vector<std::uint8_t> states;      // [graphs, variables]
    std::vector<std::uint32_t> condition;  // [graphs]
    std::vector<Condition> conditions;
    double time = 0.0;
    [[nodiscard]] NoisyBatch view() const {
      return {condition.size(), states, condition, conditions, time};
    }
  };
  std::vector<Block> blocks;  // all but the last of kCheckBlock graphs
  std::size_t graphs = 0;
};
inline constexpr std::size_t kCheckBlock = 256;

/// `graphs` states with any number of masks and values drawn uniformly, completable or not, under
/// the null condition and random others; each block at a time of its own. Always the same for a
/// space and a number of metrics; the blocks of fewer graphs are a prefix of those of more, the
/// last one aside.
CheckInputs random_check_inputs(const Skeleton& skeleton, std::size_t metrics, std::size_t graphs);

/// The denoiser's logits of all variables: [graphs, total_values].
std::vector<double> check_logits(const Denoiser& denoiser, const Skeleton& skeleton,
                                 const CheckInputs& inputs, int threads);

/// Absolute differences below 1e-9, below 1e-8, ..., below 1, and from 1 on.
inline constexpr std::size_t kDecades = 11;
/// Upper end of a decade: 1e-9 for the first; infinity for the last.
double decade_end(std::size_t decade);

struct Differences {
  std::uint64_t logits = 0;     // compared
  double largest_logit = 0.0;   // |expected|
  double worst_absolute = 0.0;  // infinity where one is not finite
  double worst_relative = 0.0;  // to max(1, largest |expected| of the graph's variable)
  std::array<std::uint64_t, kDecades> decades{};
};

/// Both [graphs, total_values].
Differences compare_logits(const Skeleton& skeleton, std::span<const double> expected,
                           std::span<const double> actual);

}  // namespace dinas
