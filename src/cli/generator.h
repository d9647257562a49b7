// Architectures out of a model, whatever its profile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "model/model.h"
#include "sample/sampler.h"

namespace dinas {

class Runtime;

class Generator {
 public:
  virtual ~Generator() = default;

  struct Result {
    std::vector<Architecture> architectures;  // valid ones, in the order of their items
    std::uint64_t projected = 0;              // of those, kept in the space by its rules, see Drawn
    std::uint64_t rejected = 0;               // not valid as drawn and left out; paper profile only
  };
  /// See draw_architectures.
  [[nodiscard]] virtual Result draw(const Condition& condition, const SampleOptions& options,
                                    const SampleObserver& observer) const = 0;
};

/// `model` is borrowed; `dtype` is "f32" or "bf16". Throws NeedsTorch for the paper profile where
/// libtorch is not linked, UsageError for a number type that is unknown or that processor or
/// profile do not have.
std::unique_ptr<Generator> make_generator(Runtime& runtime, const Model& model,
                                          const std::string& dtype);

}  // namespace dinas
