#include "torch/paper_classes.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.h"

namespace dinas {

std::vector<PaperClasses> training_classes(const TrainingSet& data, const PaperConfig& config) {
  const std::size_t metrics = data.metrics.size();
  std::vector<PaperClasses> classes(data.architectures.size(),
                                    PaperClasses(metrics, MetricClass::kNull));
  for (std::size_t m = 0; m < metrics; ++m) {
    const double share = config.class_share(m);
    const std::size_t last = data.metrics[m].largest_rank(share);
    std::size_t good = 0;
    for (std::size_t row = 0; row < data.labels.rows(); ++row) {
      const std::uint32_t rank = data.labels.rank(row, m);
      if (rank == 0) continue;
      classes[row][m] = rank <= last ? MetricClass::kGood : MetricClass::kRest;
      good += rank <= last ? 1 : 0;
    }
    if (good == 0) {
      throw UsageError(fmt::format(
          "the paper profile learns the top {:g} % of '{}' as a class, but none of its {} labelled "
          "values is in it; use more labels or a larger class share",
          100.0 * share, data.metrics[m].spec().name, data.metrics[m].size()));
    }
  }
  return classes;
}

PaperClasses drop_classes(PaperClasses classes, double drop, RandomStream& stream) {
  for (auto& c : classes) {
    if (stream.uniform() < drop) c = MetricClass::kNull;
  }
  return classes;
}

PaperClasses requested_classes(const Condition& condition) {
  PaperClasses classes;
  for (const float tau : condition) {
    classes.push_back(std::isnan(tau) ? MetricClass::kNull : MetricClass::kGood);
  }
  return classes;
}

std::vector<float> class_codes(const PaperClasses& classes, bool transposed) {
  std::vector<float> codes(2 * classes.size(), 0.0F);
  for (std::size_t m = 0; m < classes.size(); ++m) {
    if (classes[m] != MetricClass::kNull) {
      codes[2 * m + static_cast<std::size_t>(classes[m])] = 1.0F;
    }
  }
  if (transposed) {
    DINAS_CHECK(classes.size() == 2);
    std::swap(codes[1], codes[2]);
  }
  return codes;
}

}  // namespace dinas
