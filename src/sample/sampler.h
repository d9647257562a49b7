// Reverse diffusion: architectures out of a denoiser.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "diffusion/schedule.h"
#include "diffusion/transition.h"
#include "engine/denoiser.h"
#include "sample/guidance.h"

namespace dinas {

/// What the reverse process needs to know beside the network.
struct ReverseProcess {
  Noise noise = Noise::kMask;
  Schedule schedule{500};
  std::vector<std::vector<double>> marginals;  // [variables][K], each sums to 1
};

struct SampleOptions {
  std::size_t count = 1;
  std::uint32_t first_item = 0;  // architecture i of the call uses the random streams of first_item + i
  std::uint64_t seed = 0;
  int threads = 1;
  std::size_t batch = 256;  // graphs a forward; changes speed only, never the result
  int steps = 0;            // network calls an architecture; 0: one per variable (mask), 50 (others)
  GuidanceOptions guidance;
};

/// Called after each finished batch with the number of architectures done; return false to stop.
using SampleObserver = std::function<bool(std::size_t done)>;

/// Draws architectures under one condition. The result depends on (denoiser, process, condition,
/// seed, first_item, steps, guidance) alone. Result [count], item order. Throws UsageError for
/// steps or weights out of range.
std::vector<Architecture> draw_architectures(const Skeleton& skeleton, const Denoiser& denoiser,
                                             const ReverseProcess& process,
                                             const Condition& condition,
                                             const SampleOptions& options,
                                             const SampleObserver& observer = {});

}  // namespace dinas
