// The fast denoiser's forward as this processor does it best: oneDNN products, vector kernels, and
// nothing computed twice (docs/performance.md).
#pragma once

#include <cstdint>
#include <memory>

#include "engine/denoiser.h"
#include "engine/matrix_product.h"
#include "model/model.h"

namespace dinas {

/// Work that is left out because its result is known. None changes a bit of any logit; switches are
/// for measuring and for proving just that.
struct EngineSavings {
  bool fold_constants = true;         // what the skeleton fixes is embedded once, not in every call
  bool share_modulations = true;      // conditions are encoded once, not for every graph
  bool first_layer_table = true;      // queries, keys and values of the first layer are looked up
  bool last_layer_where_read = true;  // the last layer ends at the nodes whose logits are wanted
};

struct EngineOptions {
  Precision precision = Precision::kFloat32;
  EngineSavings savings;
};

/// What an engine has done since it was made.
struct EngineWork {
  std::uint64_t forwards = 0;       // graphs
  std::uint64_t multiply_adds = 0;  // that it executed for them, padding left out
};

class FastDenoiser : public Denoiser {
 public:
  /// Of all workers together.
  [[nodiscard]] virtual EngineWork work() const = 0;
  /// Of one forward without any saving.
  [[nodiscard]] virtual std::uint64_t nominal_multiply_adds() const = 0;
};

/// A worker allocates nothing after its first batch, batches of the same size or smaller and known
/// conditions provided. The logits of a graph have the same bits in any batch on one instruction
/// set. Throws Error if the weights do not match the configuration, UsageError for a precision that
/// the processor lacks.
std::unique_ptr<FastDenoiser> make_fast_denoiser(const Model& model, const Space& space,
                                                 const EngineOptions& options = {});

}  // namespace dinas
