#include "cli/generator.h"

#include <utility>

#include "base/error.h"
#include "cli/runtime.h"
#include "engine/fast.h"
#include "model/model_check.h"

namespace dinas {
namespace {

class FastGenerator final : public Generator {
 public:
  FastGenerator(const Model& model, Precision precision)
      : space_(space_of(model.config)),
        process_{model.config.noise, Schedule(model.config.diffusion_steps), model.marginals},
        denoiser_(make_fast_denoiser(model, *space_, {precision, {}})) {}

  [[nodiscard]] Result draw(const Condition& condition, const SampleOptions& options,
                            const SampleObserver& observer) const override {
    Drawn drawn =
        draw_architectures(space_->skeleton(), *denoiser_, process_, condition, options, observer);
    return {std::move(drawn.architectures), drawn.projected, 0};
  }

 private:
  std::shared_ptr<const Space> space_;
  ReverseProcess process_;
  std::unique_ptr<Denoiser> denoiser_;
};

}  // namespace

std::unique_ptr<Generator> make_generator(Runtime& runtime, const Model& model,
                                          const std::string& dtype) {
  const Precision precision = parse_precision(dtype);
  if (model.config.profile == Profile::kFast) {
    return std::make_unique<FastGenerator>(model, precision);
  }
  if (precision != Precision::kFloat32) {
    throw UsageError("--dtype bf16 is for models of the fast profile; this one is of the paper's");
  }
  return runtime.make_paper_generator(model);
}

}  // namespace dinas
