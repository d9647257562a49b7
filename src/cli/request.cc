#include "cli/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/parallel.h"

namespace dinas {
namespace {

constexpr int kMostThreads = 1024;
constexpr int kLargestBatch = 65536;
constexpr double kFastGuidance = 2.5;   // keeps all bounds of docs/evaluation.md with a margin
constexpr double kPaperGuidance = 2.0;  // official

double parse_weight(std::string_view text, const std::string& option) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) ||
      value < 0.0) {
    throw UsageError(fmt::format("{}: expected a weight of at least 0, found '{}'", option, text));
  }
  return value;
}

std::size_t weighted_metric(const Model& model, const std::string& name) {
  for (std::size_t k = 0; k < model.metrics.size(); ++k) {
    if (model.metrics[k].spec().name == name) return k;
  }
  throw UsageError("--weight: the model has no metric '" + name + "'; see 'dinas inspect'");
}

void read_weights(const SamplingOptions& options, const Model& model, GuidanceOptions& guidance) {
  if (options.weights.empty()) return;
  if (guidance.form != GuidanceForm::kComposed) {
    throw UsageError(
        "--weight needs --guidance-form composed: the other forms have one weight for all metrics");
  }
  guidance.metric_weights.resize(model.metrics.size());
  const auto bounds = parse_bounds(options.where);
  for (const std::string& text : options.weights) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
      throw UsageError("--weight: expected METRIC=W, found '" + text + "'");
    }
    const std::string name = text.substr(0, equals);
    const std::size_t metric = weighted_metric(model, name);
    const bool bounded = std::any_of(bounds.begin(), bounds.end(),
                                     [&](const BoundRequest& b) { return b.metric == name; });
    if (!bounded) throw UsageError("--weight " + name + ": expected a --where on that metric");
    guidance.metric_weights[metric] =
        parse_weight(std::string_view(text).substr(equals + 1), "--weight " + name);
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

// Do the labels tell of every architecture of the space that is not degenerate whether it meets
// the bounds?
bool labels_cover_space(const std::vector<Bound>& bounds, const Model& model, const Space& space) {
  if (!space.enumerable()) return false;
  std::size_t live = 0;
  for (std::uint64_t i = 0; i < *space.enumerable(); ++i) {
    live += space.is_degenerate(nth_architecture(space.skeleton(), i)) ? 0 : 1;
  }
  return model.labels.rows() == live &&
         std::all_of(bounds.begin(), bounds.end(),
                     [&](const Bound& b) { return model.metrics[b.metric].size() == live; });
}

// Six digits, rounded so that the printed threshold is no tighter than the value itself.
std::string print_threshold(double value, const MetricDistribution& metric) {
  const std::string nearest = fmt::format("{:.6g}", value);
  if (metric.at_least_as_good(value, std::stod(nearest))) return nearest;
  const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 5.0);
  const double loose = metric.spec().direction == Direction::kMax ? std::floor(value / unit)
                                                                  : std::ceil(value / unit);
  return fmt::format("{:.6g}", loose * unit);
}

std::string print_relaxations(const std::vector<Bound>& bounds, const Model& model) {
  std::string text;
  for (const Relaxation& r : relaxations(model.labels, bounds, model.metrics)) {
    const MetricDistribution& metric = model.metrics[bounds[r.bound].metric];
    if (!text.empty()) text += "; ";
    if (!r.threshold) {
      text += metric.spec().name + ": no value helps, the others exclude each other";
      continue;
    }
    text += fmt::format("{} {} {}", metric.spec().name,
                        metric.spec().direction == Direction::kMax ? ">=" : "<=",
                        print_threshold(*r.threshold, metric));
  }
  return text + (bounds.size() > 1 ? " (each with the other bounds as they are)" : "");
}

// Bounds beyond the labels become the tightest tail, which is what the model is asked for.
std::vector<Bound> within_labels(std::vector<Bound> bounds, const Model& model, Console& console) {
  for (Bound& bound : bounds) {
    if (!bound.beyond_labels) continue;
    const MetricDistribution& metric = model.metrics[bound.metric];
    console.note(fmt::format(
        "'{}' is tighter than every label (best {} is {}): asking for the tightest tail",
        bound.text, metric.spec().name, print_threshold(metric.best(), metric)));
    bound.threshold = metric.best();
    bound.tau = metric.tail_fraction(metric.best());
    bound.beyond_labels = false;
  }
  return bounds;
}

void check_range(std::string_view option, int value, int least, int most) {
  if (value >= least && value <= most) return;
  throw UsageError(fmt::format("{} must be from {} to {}, found {}", option, least, most, value));
}

// A model of the paper profile has one class per metric, fixed in training, whatever bound is
// asked.
void note_classes(const std::vector<Bound>& bounds, const Model& model, Console& console) {
  if (model.config.profile != Profile::kPaper) return;
  for (const Bound& bound : bounds) {
    const MetricDistribution& metric = model.metrics[bound.metric];
    const double share = model.config.paper.class_share(bound.metric);
    if (largest_rank(bound, metric) == metric.largest_rank(share)) continue;
    console.note(
        fmt::format("the paper profile has one class per metric: '{}', top {:g}% of the labels, is "
                    "asked for in place of '{}'",
                    metric.spec().name, 100.0 * share, bound.text));
  }
}

}  // namespace

SampleOptions sample_options(const SamplingOptions& options, const Model& model) {
  if (options.steps < 0) {
    throw UsageError(fmt::format("--steps must be at least 0, found {}", options.steps));
  }
  check_range("--batch", options.batch, 1, kLargestBatch);
  check_range("--threads", options.threads, 0, kMostThreads);
  const double guidance = options.guidance.value_or(
      model.config.profile == Profile::kPaper ? kPaperGuidance : kFastGuidance);
  check_guidance_weight(guidance);
  SampleOptions result;
  result.seed = options.seed;
  result.threads = options.threads == 0 ? available_threads() : options.threads;
  result.batch = static_cast<std::size_t>(options.batch);
  result.steps = options.steps;
  result.guidance.form = parse_guidance_form(options.guidance_form);
  result.guidance.weight = guidance;
  read_weights(options, model, result.guidance);
  read_interval(options.guidance_steps, result.guidance);
  return result;
}

const MetricDistribution* find_metric(const Model& model, const std::string& name) {
  for (const MetricDistribution& m : model.metrics) {
    if (m.spec().name == name) return &m;
  }
  return nullptr;
}

Criterion parse_criterion(const std::string& text, const Model& model) {
  if (text.find(':') != std::string::npos) {
    const MetricSpec spec = parse_metric_spec(text);
    return {spec.name, spec.direction};
  }
  const MetricDistribution* metric = find_metric(model, text);
  return {text, metric == nullptr ? Direction::kMax : metric->spec().direction};
}

void note_assumed_direction(const std::string& text, const Model& model, Console& console) {
  if (text.empty() || text.find(':') != std::string::npos || find_metric(model, text) != nullptr) {
    return;
  }
  console.note(fmt::format(
      "{0} is no metric of the model: taking higher as better ('{0}:min' for lower)", text));
}

std::vector<BoundRequest> parse_bounds(const std::vector<std::string>& where) {
  std::vector<BoundRequest> requests;
  for (const std::string& text : where) requests.push_back(parse_bound(text));
  return requests;
}

void state_satisfiability(const std::vector<Bound>& bounds, const Model& model, const Space& space,
                          Console& console) {
  if (bounds.empty()) return;
  note_classes(bounds, model, console);
  const std::vector<Bound> reachable = within_labels(bounds, model, console);
  if (!model.has_labels()) {
    console.note(
        "the model was written with --no-labels: whether the bounds can be met is not known");
    return;
  }
  const bool beyond =
      std::any_of(bounds.begin(), bounds.end(), [](const Bound& b) { return b.beyond_labels; });
  const std::size_t meeting = satisfying_rows(model.labels, reachable, model.metrics).size();
  if (meeting == 0 && labels_cover_space(reachable, model, space)) {
    throw Error("no architecture of the space meets all bounds; one of these would do: " +
                print_relaxations(reachable, model));
  }
  console.note(fmt::format("{} of {} labelled architectures meet the bounds{}", meeting,
                           model.labels.rows(), beyond ? " so relaxed" : ""));
  if (meeting == 0) {
    console.note("generating beyond the labels; nearest among them: " +
                 print_relaxations(reachable, model));
  }
}

}  // namespace dinas
