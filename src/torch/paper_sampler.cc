#include "torch/paper_sampler.h"

#include "base/error.h"
#include "torch/paper_denoiser.h"
#include "torch/paper_graph.h"

namespace dinas {

PaperSamples draw_paper(const Model& model, const Space& space, const Condition& condition,
                        const SampleOptions& options, const SampleObserver& observer) {
  if (model.config.paper.official_two_condition_layout && condition.size() != 2) {
    throw UsageError(
        "the official two-condition layout needs a model of exactly two metrics, this one has " +
        std::to_string(condition.size()));
  }
  ReverseProcess process;
  process.noise = Noise::kMarginal;
  process.schedule = Schedule(model.config.diffusion_steps);
  process.marginals = paper_marginals(space.skeleton(), model.marginals);
  SampleOptions all = options;
  if (all.steps == 0) all.steps = model.config.diffusion_steps;

  const auto denoiser = make_paper_denoiser(model, space.skeleton());
  const Drawn graphs = draw_architectures(paper_skeleton(space.skeleton()), *denoiser, process,
                                          condition, all, observer);
  PaperSamples samples;
  for (const Architecture& graph : graphs.architectures) {
    if (auto architecture = decode_paper_graph(space.skeleton(), graph)) {
      samples.architectures.push_back(std::move(*architecture));
    } else {
      ++samples.invalid;
    }
  }
  return samples;
}

}  // namespace dinas
