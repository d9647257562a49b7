#include "network/inference.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "network/fused.h"
#include "network/onednn_program.h"
#include "network/onednn_translation.h"

// Debian's oneDNN computes with GNU OpenMP; its header is not where clang looks.
extern "C" {
void omp_set_num_threads(int threads);
int omp_get_max_threads();
}

namespace dinas {
namespace {

// Threads of OpenMP in the calling thread; oneDNN asks when it prepares a call and when it runs it.
class ThreadCount {
 public:
  explicit ThreadCount(int threads) : before_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
  }
  ~ThreadCount() { omp_set_num_threads(before_); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_;
};

}  // namespace

struct Inference::State {
  InferenceOptions options;
  onednn::Program program;
  std::span<float> images;
  std::span<float> logits;
};

Inference::Inference(const ImageNetwork& network, const NetworkWeights& weights,
                     const InferenceOptions& options)
    : state_(std::make_unique<State>()) {
  if (options.batch < 1 || options.threads < 1) {
    throw Error(fmt::format("expected a batch and threads of at least 1, found {} and {}",
                            options.batch, options.threads));
  }
  const FusedNetwork steps = fused(network, weights);
  State& s = *state_;
  s.options = options;
  const ThreadCount threads(options.threads);
  try {
    const onednn::Ends ends = onednn::translate(steps, options.batch, s.program);
    s.program.prepare();
    s.images = s.program.numbers(ends.images);
    s.logits = s.program.numbers(ends.logits);
  } catch (const dnnl::error& error) {
    throw Error(
        fmt::format("oneDNN could not prepare a network for batches of {}: {}; try a "
                    "smaller batch or network",
                    options.batch, error.what()));
  }
}

Inference::Inference(Inference&&) noexcept = default;
Inference& Inference::operator=(Inference&&) noexcept = default;
Inference::~Inference() = default;

void Inference::run(std::span<const float> images, std::span<float> logits) {
  State& s = *state_;
  DINAS_CHECK(images.size() == s.images.size() && logits.size() == s.logits.size());
  const ThreadCount threads(s.options.threads);
  std::ranges::copy(images, s.images.begin());
  s.program.run();
  std::ranges::copy(s.logits, logits.begin());
}

}  // namespace dinas
