// Reverse diffusion: architectures out of a denoiser.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/denoiser.h"
#include "sample/chain.h"
#include "sample/prediction.h"

namespace dinas {

struct SampleOptions {
  std::size_t count = 1;
  std::uint32_t first_item =
      0;  // architecture i of the call uses the random streams of first_item + i
  std::uint64_t seed = 0;
  int threads = 1;
  std::size_t batch = 256;  // architectures a forward; changes speed only, never the result
  int steps = 0;  // network calls an architecture; 0: one per variable (mask), min(50, T) (others)
  GuidanceOptions guidance;
  SampleSavings savings{};
};

/// Called after each finished batch, one call at a time, with the number of architectures done;
/// return false to stop.
using SampleObserver = std::function<bool(std::size_t done)>;

struct Drawn {
  std::vector<Architecture> architectures;  // valid
  /// Of those, how many the rules of the space had to step in for: for at least one variable the
  /// unrestricted law gives, by the same coin, a value that leaves no valid completion.
  std::uint64_t projected = 0;
};

/// Draws architectures under one condition. The result depends on (denoiser, process, condition,
/// seed, first_item, steps, guidance) alone. Architectures [count], item order; after the observer
/// said stop, the longest finished prefix of it. Throws UsageError for steps, weights or a guidance
/// interval out of range (see ReverseChain), a batch of 0 and items beyond 2^32.
/// All are valid: values that leave no valid completion are not drawn (ReverseChain::completes).
Drawn draw_architectures(const Skeleton& skeleton, const Denoiser& denoiser,
                         const ReverseProcess& process, const Condition& condition,
                         const SampleOptions& options, const SampleObserver& observer = {});

}  // namespace dinas
