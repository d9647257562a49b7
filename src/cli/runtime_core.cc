#include "cli/runtime.h"

namespace dinas {
namespace {

class CoreRuntime final : public Runtime {
 public:
  [[nodiscard]] std::unique_ptr<Generator> make_paper_generator(const Model&) override {
    throw NeedsTorch{};
  }
  [[nodiscard]] std::unique_ptr<Denoiser> make_torch_denoiser(const Model&, const Space&,
                                                              int) override {
    throw NeedsTorch{};
  }
  [[nodiscard]] bool has_torch() override {
    if (!torch_program().empty()) throw NeedsTorch{};
    return false;
  }
  [[nodiscard]] Model train_paper(const TrainingSet&, const TrainOptions&,
                                  const TrainObserver&) override {
    throw NeedsTorch{};
  }
  [[nodiscard]] Backend backend(int) override { throw NeedsTorch{}; }
};

}  // namespace

std::unique_ptr<Runtime> make_runtime() { return std::make_unique<CoreRuntime>(); }

}  // namespace dinas
