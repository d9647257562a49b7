#include "cli/runtime.h"
#include "model/model_check.h"
#include "torch/backend.h"
#include "torch/fast_denoiser.h"
#include "torch/paper_sampler.h"
#include "torch/paper_trainer.h"

namespace dinas {
namespace {

class PaperGenerator final : public Generator {
 public:
  explicit PaperGenerator(const Model& model) : model_(model), space_(space_of(model.config)) {}

  [[nodiscard]] Result draw(const Condition& condition, const SampleOptions& options,
                            const SampleObserver& observer) const override {
    PaperSamples samples = draw_paper(model_, *space_, condition, options, observer);
    return {std::move(samples.architectures), 0, samples.invalid};
  }

 private:
  const Model& model_;
  std::shared_ptr<const Space> space_;
};

class TorchRuntime final : public Runtime {
 public:
  [[nodiscard]] std::unique_ptr<Generator> make_paper_generator(const Model& model) override {
    return std::make_unique<PaperGenerator>(model);
  }
  [[nodiscard]] std::unique_ptr<Denoiser> make_torch_denoiser(const Model& model,
                                                              const Space& space,
                                                              int threads) override {
    return make_torch_fast_denoiser(model, space, threads);
  }
  [[nodiscard]] bool has_torch() override { return true; }
  [[nodiscard]] Model train_paper(const TrainingSet& data, const TrainOptions& options,
                                  const TrainObserver& observer) override {
    return dinas::train_paper(data, options, observer);
  }
  [[nodiscard]] Backend backend(int threads) override {
    BackendReport report = describe_backend(threads);
    return {std::move(report.description), std::move(report.warning)};
  }
};

}  // namespace

std::unique_ptr<Runtime> make_runtime() { return std::make_unique<TorchRuntime>(); }

}  // namespace dinas
