// Conditions as the paper has them: per metric the class "good" or "rest", or nothing
// (docs/paper.md 4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "condition/condition.h"
#include "model/config.h"
#include "train/training_set.h"

namespace dinas {

/// Class of one metric. Its code in the network is one-hot, (1,0) for rest and (0,1) for good; the
/// null class is (0,0).
enum class MetricClass : std::int8_t { kNull = -1, kRest = 0, kGood = 1 };

/// One class per metric.
using PaperClasses = std::vector<MetricClass>;

/// [architectures][metrics]: good where the tail fraction is at most the class share of the metric,
/// null where the value is missing or the row has no labels. Throws UsageError naming the metric
/// when no row is good.
std::vector<PaperClasses> training_classes(const TrainingSet& data, const PaperConfig& config);

/// Replaces each class by null with probability `drop`, independently.
PaperClasses drop_classes(PaperClasses classes, double drop, RandomStream& stream);

/// What to ask the network for: good for every metric that is not open, null for the others.
PaperClasses requested_classes(const Condition& condition);

/// Network codes [metrics * 2], metric by metric. `transposed` is the official sampling of two
/// conditions (docs/paper.md 6, B5): row k of the 2 x 2 code takes the place of column k.
std::vector<float> class_codes(const PaperClasses& classes, bool transposed = false);

}  // namespace dinas
