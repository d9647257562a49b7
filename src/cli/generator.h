// Architectures out of a model, whatever its profile.
#pragma once

#include <cstdint>
#include <memory>

#include "model/model.h"
#include "sample/sampler.h"

namespace dinas {

class Runtime;

class Generator {
 public:
  virtual ~Generator() = default;

  struct Result {
    std::vector<Architecture> architectures;  // valid ones, in the order of their items
    std::uint64_t repaired = 0;  // of those, not valid as drawn; always 0 under mask noise
    std::uint64_t rejected = 0;  // not valid as drawn and left out
  };
  /// See draw_architectures.
  [[nodiscard]] virtual Result draw(const Condition& condition, const SampleOptions& options,
                                    const SampleObserver& observer) const = 0;
};

/// `model` is borrowed. Throws NeedsTorch for the paper profile where libtorch is not linked.
std::unique_ptr<Generator> make_generator(Runtime& runtime, const Model& model);

}  // namespace dinas
