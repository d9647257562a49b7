#include "cli/known_metrics.h"

#include <cmath>
#include <limits>
#include <utility>

#include "cli/tables.h"

namespace dinas {

KnownMetrics::KnownMetrics(const Model& model, std::shared_ptr<const Space> space,
                           const std::vector<std::string>& tables,
                           const std::vector<std::string>& columns, Console& console)
    : space_(std::move(space)) {
  if (!tables.empty()) table_.emplace(open_tables_of(model, tables, space_, columns, console));
  const auto& computed = space_->computed_metrics();
  for (const MetricDistribution& metric : model.metrics) {
    const std::string& name = metric.spec().name;
    Source source;
    if (table_) source.column = table_->find_column(name);
    for (std::size_t i = 0; i < computed.size(); ++i) {
      if (computed[i].name == name) source.computed = i;
    }
    sources_.push_back(source);
  }
}

double KnownMetrics::value(std::size_t metric, const Architecture& architecture) const {
  const Source& source = sources_[metric];
  if (source.column != nullptr) return table_->value(*source.column, architecture);
  if (source.computed) return space_->compute(*source.computed, architecture);
  return std::numeric_limits<double>::quiet_NaN();
}

bool KnownMetrics::can_tell(std::size_t metric) const {
  return sources_[metric].column != nullptr || sources_[metric].computed.has_value();
}

}  // namespace dinas
