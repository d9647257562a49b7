// The code of a set of bounds as the denoiser sees it.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "condition/bound.h"

namespace dinas {

/// Entry of a metric that is left open.
inline constexpr float kOpen = std::numeric_limits<float>::quiet_NaN();

/// One entry per metric of the model: log of the tail fraction, or kOpen. All entries open is the
/// null condition, the reference of guidance.
using Condition = std::vector<float>;

/// `metrics`: number of metrics of the model, above every Bound::metric.
Condition make_condition(std::span<const Bound> bounds, std::size_t metrics);
/// All open except metric `kept`.
Condition keep_only(const Condition& condition, std::size_t kept);
/// Are the two equal bit by bit, open entries included? (They are NaN, which is not equal to
/// itself.)
bool same_condition(const Condition& a, const Condition& b);
/// Are all entries open?
bool is_null(const Condition& condition);

}  // namespace dinas
