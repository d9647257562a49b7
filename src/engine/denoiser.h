// The narrow interface between sampler and networks: noisy graphs in, logits out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "condition/condition.h"
#include "space/space.h"

namespace dinas {

/// A batch of noisy graphs, each with one of a few conditions.
struct NoisyBatch {
  std::size_t graphs = 0;
  std::span<const std::uint8_t> states;      // [graphs, variables]; a variable's size = masked
  std::span<const std::uint32_t> condition;  // [graphs] index into `conditions`
  std::span<const Condition> conditions;
  double time = 0.0;  // t / T, the same for all graphs; ignored by networks without time input
  /// [graphs, variables] 1: the variable's logits will be read; empty: all will. What the other
  /// logits are is open.
  std::span<const std::uint8_t> wanted{};
};

/// Owns the scratch memory of one thread.
class DenoiserWorker {
 public:
  virtual ~DenoiserWorker() = default;
  /// Writes logits [graphs, total_values]: those of variable v of graph g start at
  /// g * total_values + offsets()[v]. Row g depends on graph g alone, never on the batch around it.
  virtual void predict(const NoisyBatch& batch, std::span<double> logits) = 0;
};

/// Immutable network, shared by all threads.
class Denoiser {
 public:
  virtual ~Denoiser() = default;
  [[nodiscard]] virtual std::unique_ptr<DenoiserWorker> make_worker() const = 0;
  /// Do logits depend on the time? If not, a graph that has not changed needs no new forward.
  [[nodiscard]] virtual bool reads_time() const { return true; }
};

}  // namespace dinas
