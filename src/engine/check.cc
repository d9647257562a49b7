#include "engine/check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "base/error.h"
#include "base/parallel.h"
#include "base/random.h"

namespace dinas {
namespace {

constexpr std::uint64_t kSeed = 0;
constexpr std::uint32_t kConditions = 16;  // of a block, the null condition included
constexpr double kTightest = -10.0;        // log tau: 1 in 22,000

// The null condition first; of the others every metric is bounded with probability 1/2.
std::vector<Condition> random_conditions(std::size_t metrics, RandomStream& stream) {
  std::vector<Condition> result(kConditions, Condition(metrics, kOpen));
  for (std::size_t c = 1; c < result.size(); ++c) {
    for (float& entry : result[c]) {
      if (stream.below(2) == 0) entry = static_cast<float>(kTightest * stream.uniform());
    }
  }
  return result;
}

// The number of masks is uniform, and so is which variables they hide.
void add_state(const Skeleton& skeleton, RandomStream& stream, std::vector<std::uint8_t>& states) {
  std::uint32_t left = static_cast<std::uint32_t>(skeleton.variables.size());
  std::uint32_t masks = stream.below(left + 1);
  for (const Variable& v : skeleton.variables) {
    const auto size = static_cast<std::uint32_t>(v.size());
    const bool masked = stream.below(left--) < masks;
    if (masked) --masks;
    states.push_back(static_cast<std::uint8_t>(masked ? size : stream.below(size)));
  }
}

}  // namespace

CheckInputs random_check_inputs(const Skeleton& skeleton, std::size_t metrics, std::size_t graphs) {
  CheckInputs inputs;
  inputs.graphs = graphs;
  for (std::size_t first = 0; first < graphs; first += kCheckBlock) {
    const auto number = static_cast<std::uint32_t>(inputs.blocks.size());
    RandomStream stream(kSeed, Purpose::kCheck, number);
    CheckInputs::Block block;
    block.conditions = random_conditions(metrics, stream);
    block.time = stream.uniform();
    for (std::size_t g = first; g < std::min(first + kCheckBlock, graphs); ++g) {
      block.condition.push_back(stream.below(kConditions));
      add_state(skeleton, stream, block.states);
    }
    inputs.blocks.push_back(std::move(block));
  }
  return inputs;
}

std::vector<double> check_logits(const Denoiser& denoiser, const Skeleton& skeleton,
                                 const CheckInputs& inputs, int threads) {
  const auto total = static_cast<std::size_t>(skeleton.total_values());
  std::vector<double> logits(inputs.graphs * total);
  std::vector<std::unique_ptr<DenoiserWorker>> workers(
      static_cast<std::size_t>(std::max(1, threads)));
  parallel_for(inputs.blocks.size(), threads, [&](std::size_t b, int thread) {
    auto& worker = workers[static_cast<std::size_t>(thread)];
    if (!worker) worker = denoiser.make_worker();
    const NoisyBatch batch = inputs.blocks[b].view();
    worker->predict(batch,
                    std::span(logits).subspan(b * kCheckBlock * total, batch.graphs * total));
  });
  return logits;
}

double decade_end(std::size_t decade) {
  constexpr double kEnds[kDecades] = {1e-9,
                                      1e-8,
                                      1e-7,
                                      1e-6,
                                      1e-5,
                                      1e-4,
                                      1e-3,
                                      1e-2,
                                      1e-1,
                                      1.0,
                                      std::numeric_limits<double>::infinity()};
  return kEnds[decade];
}

Differences compare_logits(const Skeleton& skeleton, std::span<const double> expected,
                           std::span<const double> actual) {
  DINAS_CHECK(expected.size() == actual.size());
  const auto size = [](double logit) { return std::abs(logit); };
  Differences result;
  result.logits = expected.size();
  for (std::size_t first = 0; first < expected.size();) {
    for (const Variable& v : skeleton.variables) {
      const auto count = static_cast<std::size_t>(v.size());
      const double largest = size(std::ranges::max(expected.subspan(first, count), {}, size));
      result.largest_logit = std::max(result.largest_logit, largest);
      for (std::size_t i = first; i < first + count; ++i) {
        const double gap = std::abs(actual[i] - expected[i]);
        const double difference =
            std::isfinite(gap) ? gap : std::numeric_limits<double>::infinity();
        result.worst_absolute = std::max(result.worst_absolute, difference);
        result.worst_relative =
            std::max(result.worst_relative, difference / std::max(1.0, largest));
        std::size_t decade = 0;
        while (decade + 1 < kDecades && difference >= decade_end(decade)) ++decade;
        ++result.decades[decade];
      }
      first += count;
    }
  }
  return result;
}

}  // namespace dinas
