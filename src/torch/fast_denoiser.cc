#include "torch/fast_denoiser.h"

#include <algorithm>

#include "base/error.h"
#include "model/features.h"
#include "model/model_check.h"
#include "torch/eager_network.h"

namespace dinas {
namespace {

class TorchDenoiser final : public Denoiser {
 public:
  TorchDenoiser(const Model& model, const Space& space, int threads)
      : config_(model.config.denoiser),
        features_(feature_count(config_, model.config.metrics.size())),
        threads_(threads),
        network_(config_, space.skeleton()) {
    check_weights(model, space);
    for (const auto& [name, tensor] : model.weights) {
      parameters_[name] = torch::tensor(tensor.data).view(tensor.shape);
    }
  }

  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override {
    return std::make_unique<Worker>(*this);
  }
  [[nodiscard]] bool reads_time() const override { return config_.time_input; }

 private:
  class Worker final : public DenoiserWorker {
   public:
    // An OpenMP setting of the calling thread, which is the worker's.
    explicit Worker(const TorchDenoiser& owner) : owner_(owner) {
      torch::set_num_threads(owner.threads_);
    }

    void predict(const NoisyBatch& batch, std::span<double> logits) override {
      const torch::NoGradGuard no_grad;
      const torch::Tensor result =
          owner_.network_
              .forward(owner_.parameters_, owner_.network_.encode(batch.states),
                       owner_.features(batch))
              .contiguous();
      std::copy_n(result.data_ptr<float>(), result.numel(), logits.begin());
    }

   private:
    const TorchDenoiser& owner_;
  };

  // [graphs, feature_count]
  [[nodiscard]] torch::Tensor features(const NoisyBatch& batch) const {
    torch::Tensor result = torch::empty(
        {static_cast<std::int64_t>(batch.graphs), static_cast<std::int64_t>(features_)});
    const std::span<float> out(result.data_ptr<float>(), batch.graphs * features_);
    for (std::size_t g = 0; g < batch.graphs; ++g) {
      write_features(config_, batch.conditions[batch.condition[g]], batch.time,
                     out.subspan(g * features_, features_));
    }
    return result;
  }

  DenoiserConfig config_;
  std::size_t features_;  // of a condition
  int threads_;
  EagerNetwork network_;
  ParameterTensors parameters_;
};

}  // namespace

std::unique_ptr<Denoiser> make_torch_fast_denoiser(const Model& model, const Space& space,
                                                   int threads) {
  DINAS_CHECK(model.config.profile == Profile::kFast);
  return std::make_unique<TorchDenoiser>(model, space, threads);
}

}  // namespace dinas
