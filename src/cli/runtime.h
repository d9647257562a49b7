// What the executable at hand can do by itself. `dinas` (runtime_core.cc) has no libtorch;
// `dinas-torch` (runtime_torch.cc) has it and is started by `dinas` for what needs it.
#pragma once

#include <memory>
#include <string>

#include "engine/denoiser.h"
#include "model/model.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// Thrown by `dinas` where libtorch is needed; main() then hands the same arguments to `dinas-torch`.
struct NeedsTorch {};

class Runtime {
 public:
  virtual ~Runtime() = default;
  /// Throws NeedsTorch.
  [[nodiscard]] virtual std::unique_ptr<Denoiser> make_denoiser(const Model& model,
                                                                const Space& space) = 0;
  /// Throws NeedsTorch. A run stopped by the observer leaves its checkpoint and throws Interrupted.
  [[nodiscard]] virtual Model train(const TrainingSet& data, const TrainOptions& options,
                                    const TrainObserver& observer) = 0;
  /// BLAS, threads and instruction set in one line, and a warning if the BLAS is slow ("" if not).
  struct Backend {
    std::string description;
    std::string warning;
  };
  [[nodiscard]] virtual Backend backend() const = 0;
};

/// Training was stopped by the user; the checkpoint has been written.
struct Interrupted {};

/// Defined once per executable.
std::unique_ptr<Runtime> make_runtime();

}  // namespace dinas
