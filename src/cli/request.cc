#include "cli/request.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"

namespace dinas {
namespace {

double parse_weight(std::string_view text, const std::string& option) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) ||
      value < 0.0) {
    throw UsageError(fmt::format("{}: expected a weight of at least 0, found '{}'", option, text));
  }
  return value;
}

void read_weights(const std::vector<std::string>& weights, const Model& model,
                  GuidanceOptions& guidance) {
  if (weights.empty()) return;
  if (guidance.form != GuidanceForm::kComposed) {
    throw UsageError(
        "--weight needs --guidance-form composed: the other forms have one weight for all metrics");
  }
  guidance.metric_weights.resize(model.metrics.size());
  for (const std::string& text : weights) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
      throw UsageError("--weight: expected METRIC=W, found '" + text + "'");
    const std::string name = text.substr(0, equals);
    bool known = false;
    for (std::size_t k = 0; k < model.metrics.size(); ++k) {
      if (model.metrics[k].spec().name != name) continue;
      guidance.metric_weights[k] =
          parse_weight(std::string_view(text).substr(equals + 1), "--weight " + name);
      known = true;
    }
    if (!known)
      throw UsageError("--weight: the model has no metric '" + name + "'; see 'dinas inspect'");
  }
}

void read_interval(const std::string& text, GuidanceOptions& guidance) {
  if (text.empty()) return;
  const auto colon = text.find(':');
  const auto number = [&](std::string_view part) {
    int value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || value < 1) {
      throw UsageError("--guidance-steps: expected A:B with whole numbers from 1, found '" + text +
                       "'");
    }
    return value;
  };
  if (colon == std::string::npos) number("");
  guidance.first_step = number(std::string_view(text).substr(0, colon));
  guidance.last_step = number(std::string_view(text).substr(colon + 1));
}

// Do the labels cover every architecture of the space that is not degenerate?
bool labels_cover_space(const Model& model, const Space& space) {
  if (!space.enumerable() || model.labels.rows() == 0) return false;
  std::uint64_t live = 0;
  for (std::uint64_t i = 0; i < *space.enumerable(); ++i) {
    live += space.is_degenerate(nth_architecture(space.skeleton(), i)) ? 0 : 1;
  }
  return model.labels.rows() == live;
}

std::string print_relaxations(const std::vector<Bound>& bounds, const Model& model) {
  std::string text;
  for (const Relaxation& r : relaxations(model.labels, bounds, model.metrics)) {
    const MetricSpec& spec = model.metrics[bounds[r.bound].metric].spec();
    if (!text.empty()) text += "; ";
    if (r.threshold) {
      text += fmt::format("{} {} {:g} with the others as they are", spec.name,
                          spec.direction == Direction::kMax ? ">=" : "<=", *r.threshold);
    } else {
      text += fmt::format("{}: no value, the others exclude each other", spec.name);
    }
  }
  return text;
}

}  // namespace

SampleOptions sample_options(const SamplingOptions& options, const Model& model) {
  SampleOptions result;
  if (options.steps < 0)
    throw UsageError(fmt::format("--steps must be at least 0, found {}", options.steps));
  if (options.batch < 1)
    throw UsageError(fmt::format("--batch must be at least 1, found {}", options.batch));
  if (options.threads < 0)
    throw UsageError(fmt::format("--threads must be at least 0, found {}", options.threads));
  if (!std::isfinite(options.guidance) || options.guidance < 0.0) {
    throw UsageError(fmt::format("--guidance must be at least 0, found {}", options.guidance));
  }
  result.seed = options.seed;
  result.threads = options.threads == 0 ? available_threads() : options.threads;
  result.batch = static_cast<std::size_t>(options.batch);
  result.steps = options.steps;
  result.guidance.form = parse_guidance_form(options.guidance_form);
  result.guidance.weight = options.guidance;
  read_weights(options.weights, model, result.guidance);
  read_interval(options.guidance_steps, result.guidance);
  return result;
}

std::vector<BoundRequest> parse_bounds(const std::vector<std::string>& where) {
  std::vector<BoundRequest> requests;
  for (const std::string& text : where) requests.push_back(parse_bound(text));
  return requests;
}

std::vector<Bound> model_bounds(const std::vector<BoundRequest>& requests, const Model& model) {
  return resolve_bounds(requests, model.metrics);
}

void state_satisfiability(const std::vector<Bound>& bounds, const Model& model, const Space& space,
                          Console& console) {
  std::vector<Bound> reachable = bounds;
  for (Bound& bound : reachable) {
    if (!bound.beyond_labels) continue;
    const MetricDistribution& metric = model.metrics[bound.metric];
    console.note(fmt::format(
        "'{}' is tighter than every label (best {} is {:g}): asking for the tightest tail",
        bound.text, metric.spec().name, metric.best()));
    bound.threshold = metric.best();
    bound.tau = metric.tail_fraction(metric.best());
    bound.beyond_labels = false;
  }
  if (!model.has_labels()) {
    console.note(
        "the model was written with --no-labels: whether the bounds can be met is not known");
    return;
  }
  const std::size_t meeting = satisfying_rows(model.labels, reachable, model.metrics).size();
  if (meeting == 0 && labels_cover_space(model, space)) {
    throw Error("no architecture of the space meets all bounds; one of these would do: " +
                print_relaxations(reachable, model));
  }
  if (bounds.empty()) return;
  console.note(
      fmt::format("{} of {} labelled architectures meet the bounds", meeting, model.labels.rows()));
  if (meeting == 0) {
    console.note("generating beyond the labels; nearest among them: " +
                 print_relaxations(reachable, model));
  }
}

}  // namespace dinas
