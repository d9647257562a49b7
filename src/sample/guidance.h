// Classifier-free guidance of conditional and unconditional predictions (docs/diffusion.md).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "condition/condition.h"

namespace dinas {

enum class GuidanceForm {
  kJoint,     // l = (1+w) l_cond - w l_null
  kComposed,  // l = l_null + sum_k (1+w_k) (l_k - l_null)
  kPosterior  // p(x_s | x_t) ∝ p_cond^(1+w) p_null^-w
};
/// "joint" | "composed" | "posterior"; throws UsageError.
GuidanceForm parse_guidance_form(std::string_view text);
std::string_view guidance_form_name(GuidanceForm form);

struct GuidanceOptions {
  GuidanceForm form = GuidanceForm::kJoint;
  double weight = 2.0;  // w in [0, 1000]; 0 is the conditional model
  std::vector<std::optional<double>>
      metric_weights;  // [metrics] w_k of the composed form; empty: weight
  int first_step = 1;  // guidance acts in calls first_step..last_step (1-based), the conditional
  int last_step = 0;   // model elsewhere; last_step 0: to the end
};

/// Far beyond any use (2 to 5 are common), and far below what makes combined logits overflow.
inline constexpr double kLargestGuidanceWeight = 1000.0;

/// Throws UsageError for a weight that is not in [0, kLargestGuidanceWeight].
void check_guidance_weight(double weight);

/// The conditions a guided prediction needs, in the order `combine_logits` expects their logits:
/// joint/posterior: {condition, null}; composed: {null, one per active metric}; a null condition or
/// weight 0 (joint, posterior): {condition}.
std::vector<Condition> guidance_conditions(const Condition& condition,
                                           const GuidanceOptions& options);

/// Joint and composed: combined logits of one variable from the logits [conditions][K] of
/// guidance_conditions. A single row is returned as it is. A value that a conditional model (or, in
/// the composed form, the null model) rules out with -inf stays ruled out; one that the null model
/// alone rules out keeps the joint form's conditional logit.
std::vector<double> combine_logits(std::span<const std::vector<double>> logits,
                                   const Condition& condition, const GuidanceOptions& options);

/// Posterior form: p ∝ cond^(1+w) null^-w, normalised; values with cond = 0 stay 0, values with
/// null = 0 alone keep cond. [K]
std::vector<double> combine_posteriors(std::span<const double> conditional,
                                       std::span<const double> null, double weight);

}  // namespace dinas
