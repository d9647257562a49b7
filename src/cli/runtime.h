// What the executable at hand can do by itself. `dinas` (runtime_core.cc) has no libtorch;
// `dinas-torch` (runtime_torch.cc) has it and is started by `dinas` for what needs it.
#pragma once

#include <memory>
#include <string>

#include "cli/generator.h"
#include "engine/denoiser.h"
#include "model/model.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

/// Thrown by `dinas` where libtorch is needed; main() then hands the same arguments to
/// `dinas-torch`.
struct NeedsTorch {};

/// Training was stopped by the user; the checkpoint has been written.
struct Interrupted {};

class Runtime {
 public:
  virtual ~Runtime() = default;

  /// For models of the paper profile; the fast profile needs no libtorch. Throws NeedsTorch.
  [[nodiscard]] virtual std::unique_ptr<Generator> make_paper_generator(const Model& model) = 0;

  /// The fast profile through libtorch, on that many threads, for checks and comparisons. Throws
  /// NeedsTorch.
  [[nodiscard]] virtual std::unique_ptr<Denoiser> make_torch_denoiser(const Model& model,
                                                                      const Space& space,
                                                                      int threads) = 0;

  /// For work that libtorch extends but does not need: can this program use it? Throws NeedsTorch
  /// where `dinas-torch` could.
  [[nodiscard]] virtual bool has_torch() = 0;

  /// Of the paper profile. Throws NeedsTorch; throws TrainingStopped when the observer stopped the
  /// run.
  [[nodiscard]] virtual Model train_paper(const TrainingSet& data, const TrainOptions& options,
                                          const TrainObserver& observer) = 0;

  /// What that training computes with, and a warning if that is slow ("" if not). Throws
  /// NeedsTorch.
  struct Backend {
    std::string description;
    std::string warning;
  };
  [[nodiscard]] virtual Backend backend(int threads) = 0;
};

/// Defined once per executable.
std::unique_ptr<Runtime> make_runtime();

/// The place of `dinas-torch` beside this program; empty in a build without it.
std::string torch_program();

}  // namespace dinas
