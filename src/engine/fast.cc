#include "engine/fast.h"

#include <atomic>

#include "base/error.h"
#include "engine/fast_weights.h"
#include "engine/fast_worker.h"

namespace dinas {
namespace {

class Denoising final : public FastDenoiser {
 public:
  Denoising(const Model& model, const Space& space, const EngineOptions& options)
      : weights_(fast_weights_of(model, space, options.precision)), savings_(options.savings) {}

  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override {
    return std::make_unique<CountedWorker>(*this);
  }
  [[nodiscard]] bool reads_time() const override { return weights_.source.config.time_input; }
  [[nodiscard]] EngineWork work() const override { return {forwards_, multiply_adds_}; }
  [[nodiscard]] std::uint64_t nominal_multiply_adds() const override {
    return dinas::nominal_multiply_adds(weights_);
  }

 private:
  class CountedWorker final : public DenoiserWorker {
   public:
    explicit CountedWorker(const Denoising& owner)
        : owner_(owner), worker_(owner.weights_, owner.savings_) {}
    void predict(const NoisyBatch& batch, std::span<double> logits) override {
      const std::uint64_t before = worker_.multiply_adds();
      worker_.predict(batch, logits);
      owner_.forwards_ += batch.graphs;
      owner_.multiply_adds_ += worker_.multiply_adds() - before;
    }

   private:
    const Denoising& owner_;
    FastWorker worker_;
  };

  FastWeights weights_;
  EngineSavings savings_;
  mutable std::atomic<std::uint64_t> forwards_{0};
  mutable std::atomic<std::uint64_t> multiply_adds_{0};
};

}  // namespace

std::unique_ptr<FastDenoiser> make_fast_denoiser(const Model& model, const Space& space,
                                                 const EngineOptions& options) {
  DINAS_CHECK(model.config.profile == Profile::kFast);
  return std::make_unique<Denoising>(model, space, options);
}

}  // namespace dinas
