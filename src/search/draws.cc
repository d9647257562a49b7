#include "search/draws.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "baseline/candidates.h"
#include "condition/condition.h"
#include "engine/fast.h"
#include "sample/sampler.h"

namespace dinas {
namespace {

constexpr double kObjectiveShare = 0.01;
constexpr double kGuidance = 1.0;  // a start wants variety

// The bounds of the task in the model's terms.
std::vector<Bound> known_bounds(const Model& model, const SearchTask& task) {
  std::vector<BoundRequest> requests;
  for (std::size_t m = 0; m < task.metrics.size(); ++m) {
    const MetricSpec& spec = task.metrics[m].spec;
    const auto known = std::ranges::find_if(model.metrics, [&](const MetricDistribution& d) {
      return d.spec().name == spec.name && d.spec().direction == spec.direction;
    });
    if (known == model.metrics.end()) continue;
    const auto limit = std::ranges::find(task.limits, m, &Limit::metric);
    if (limit != task.limits.end()) {
      const auto form = spec.direction == Direction::kMax ? BoundRequest::Form::kAtLeast
                                                          : BoundRequest::Form::kAtMost;
      requests.push_back({spec.name, form, limit->value, spec.name});
    } else if (m < task.objectives) {
      requests.push_back({spec.name, BoundRequest::Form::kTop, kObjectiveShare, spec.name});
    }
  }
  return resolve_bounds(requests, model.metrics);
}

void check_fits(const Model& model, const SearchTask& task) {
  if (model.config.space != task.space->name() ||
      model.config.space_definition != task.space->definition()) {
    throw UsageError(
        fmt::format("the model is of space '{}', the search of '{}': give a model of "
                    "the same space",
                    model.config.space, task.space->name()));
  }
  if (model.config.profile != Profile::kFast || model.config.noise != Noise::kMask) {
    throw UsageError("a search can start from a model of the fast profile with mask noise only");
  }
}

}  // namespace

std::vector<Architecture> draw_from_model(const Model& model, const SearchTask& task,
                                          std::size_t count, std::uint64_t seed) {
  check_fits(model, task);
  const std::vector<Bound> bounds = known_bounds(model, task);
  if (bounds.empty()) {
    throw UsageError("the model knows no metric of the search: train it with one of them");
  }
  const auto denoiser = make_fast_denoiser(model, *task.space);
  SampleOptions options;
  options.count = count;
  options.seed = seed;
  options.batch = count;
  options.guidance.weight = kGuidance;
  std::vector<Architecture> drawn =
      draw_architectures(task.space->skeleton(), *denoiser, {},
                         make_condition(bounds, model.metrics.size()), options)
          .architectures;
  std::erase_if(drawn, [&](const Architecture& a) { return !may_ask(task, a); });
  return drawn;
}

}  // namespace dinas
