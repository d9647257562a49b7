#include "eval/ranking.h"

#include <cmath>
#include <utility>

#include "base/error.h"
#include "baseline/gaussian_process.h"
#include "baseline/worth.h"
#include "eval/statistics.h"

namespace dinas {

Ranking::Ranking(const Criterion& criterion, const std::vector<Bound>& bounds, const Model& model,
                 const Space& space, const Table* table)
    : space_(space), table_(table) {
  const auto first = told({criterion.metric, criterion.direction}, space, table);
  if (!first && table == nullptr) {
    throw UsageError("--rank " + criterion.metric + ": give --table with labels of it");
  }
  if (!first) throw Error("--rank: the tables have no value of " + criterion.metric);
  told_.push_back(*first);
  for (const Bound& bound : bounds) {
    const MetricSpec& spec = model.metrics[bound.metric].spec();
    if (spec.name == criterion.metric) continue;
    if (auto metric = told(spec, space, table)) {
      metric->limit = bound.threshold;
      told_.push_back(*std::move(metric));
    }
  }
}

std::optional<Ranking::Told> Ranking::told(const MetricSpec& spec, const Space& space,
                                           const Table* table) {
  Told metric{spec, computed_metric(space, spec.name), {}, 0.0};
  if (metric.computed) return metric;
  const Column* column = table == nullptr ? nullptr : table->find_column(spec.name);
  for (std::size_t row = 0; column != nullptr && row < table->rows(); ++row) {
    if (table->degenerate(row) || std::isnan(column->values[row])) continue;
    metric.known.architectures.push_back(table->architecture(row));
    metric.known.labels.push_back(column->values[row]);
  }
  if (metric.known.labels.empty()) return std::nullopt;
  return metric;
}

std::vector<std::string> Ranking::metrics() const {
  std::vector<std::string> names;
  for (const Told& metric : told_) names.push_back(metric.spec.name);
  return names;
}

Expectation Ranking::expect(const Told& metric, const std::vector<Architecture>& candidates) const {
  if (!metric.computed) {
    // The network that a label is of is recognised in the spelling that has the label.
    const Column& column = *table_->find_column(metric.spec.name);
    std::vector<Architecture> spelled = candidates;
    for (Architecture& candidate : spelled) {
      if (const auto row = table_->row_with(column, candidate)) {
        candidate = table_->architecture(*row);
      }
    }
    return expect_labels(space_, metric.spec, metric.known, spelled);
  }
  Expectation result;
  for (const Architecture& a : candidates) {
    result.mean.push_back(space_.compute(*metric.computed, a));
  }
  result.deviation.assign(candidates.size(), 0.0);
  result.label_deviation = mean_sd(result.mean).sd;
  return result;
}

double Ranking::merit(const std::vector<Expectation>& expected, std::size_t candidate) const {
  const auto ratio = [](double value, double deviation) {
    return deviation > 0.0 ? value / deviation : 0.0;
  };
  double merit =
      ratio(oriented(told_[0].spec, expected[0].mean[candidate]), expected[0].label_deviation);
  for (std::size_t m = 1; m < told_.size(); ++m) {
    const MetricSpec& spec = told_[m].spec;
    const double margin =
        oriented(spec, expected[m].mean[candidate]) - oriented(spec, told_[m].limit);
    const double deviation = expected[m].deviation[candidate];
    // Without a deviation it is certain.
    const double far = margin < 0.0 ? -100.0 : 100.0;
    merit += log_normal_cdf(deviation > 0.0 ? margin / deviation : far);
  }
  return merit;
}

std::vector<Ranking::Worth> Ranking::judge(const std::vector<Architecture>& candidates) const {
  std::vector<Expectation> expected;
  for (const Told& metric : told_) expected.push_back(expect(metric, candidates));
  std::vector<Worth> worth(candidates.size());
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    worth[c].merit = merit(expected, c);
    for (const Expectation& e : expected) worth[c].expected.push_back(e.mean[c]);
  }
  return worth;
}

}  // namespace dinas
