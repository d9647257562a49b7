#include "sample/guidance.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "diffusion/transition.h"

namespace dinas {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

// (1 + w) cond - w null, where a value the conditional model rules out stays out.
double extrapolate(double conditional, double null, double weight) {
  if (conditional == kImpossible || null == kImpossible) return conditional;
  return conditional + weight * (conditional - null);
}

// Weight of every active metric, in metric order.
std::vector<double> active_weights(const Condition& condition, const GuidanceOptions& options) {
  std::vector<double> weights;
  for (std::size_t k = 0; k < condition.size(); ++k) {
    if (std::isnan(condition[k])) continue;
    const bool own = k < options.metric_weights.size() && options.metric_weights[k].has_value();
    weights.push_back(own ? *options.metric_weights[k] : options.weight);
  }
  return weights;
}

std::vector<double> combine_composed(std::span<const std::vector<double>> logits,
                                     std::span<const double> weights) {
  DINAS_CHECK(logits.size() == weights.size() + 1);
  std::vector<double> combined = logits[0];
  for (std::size_t x = 0; x < combined.size(); ++x) {
    const double null = logits[0][x];
    if (null == kImpossible) continue;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      combined[x] += (1.0 + weights[k]) * (logits[k + 1][x] - null);
    }
  }
  return combined;
}

}  // namespace

GuidanceForm parse_guidance_form(std::string_view text) {
  for (const auto form :
       {GuidanceForm::kJoint, GuidanceForm::kComposed, GuidanceForm::kPosterior}) {
    if (text == guidance_form_name(form)) return form;
  }
  throw UsageError(
      fmt::format("unknown guidance form '{}': expected joint, composed or posterior", text));
}

std::string_view guidance_form_name(GuidanceForm form) {
  switch (form) {
    case GuidanceForm::kJoint:
      return "joint";
    case GuidanceForm::kComposed:
      return "composed";
    case GuidanceForm::kPosterior:
      return "posterior";
  }
  throw BugError("a guidance form without a name");
}

void check_guidance_weight(double weight) {
  // NaN fails as well.
  if (weight >= 0.0 && weight <= kLargestGuidanceWeight) return;
  throw UsageError(fmt::format("guidance weight {} is out of range: expected 0 to {}", weight,
                               kLargestGuidanceWeight));
}

std::vector<Condition> guidance_conditions(const Condition& condition,
                                           const GuidanceOptions& options) {
  if (is_null(condition)) return {condition};
  const Condition null(condition.size(), kOpen);
  if (options.form != GuidanceForm::kComposed) {
    if (options.weight == 0.0) return {condition};
    return {condition, null};
  }
  std::vector<Condition> conditions{null};
  for (std::size_t k = 0; k < condition.size(); ++k) {
    if (!std::isnan(condition[k])) conditions.push_back(keep_only(condition, k));
  }
  return conditions;
}

std::vector<double> combine_logits(std::span<const std::vector<double>> logits,
                                   const Condition& condition, const GuidanceOptions& options) {
  DINAS_CHECK(!logits.empty());
  if (logits.size() == 1) return logits[0];
  if (options.form == GuidanceForm::kComposed) {
    return combine_composed(logits, active_weights(condition, options));
  }
  DINAS_CHECK(options.form == GuidanceForm::kJoint && logits.size() == 2);
  std::vector<double> combined = logits[0];
  for (std::size_t x = 0; x < combined.size(); ++x) {
    combined[x] = extrapolate(logits[0][x], logits[1][x], options.weight);
  }
  return combined;
}

std::vector<double> combine_posteriors(std::span<const double> conditional,
                                       std::span<const double> null, double weight) {
  std::vector<double> logs(conditional.size());
  for (std::size_t x = 0; x < logs.size(); ++x) {
    logs[x] = extrapolate(std::log(conditional[x]), std::log(null[x]), weight);
  }
  return softmax(logs);
}

}  // namespace dinas
