// The true metrics of architectures, as far as they can be told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "model/model.h"
#include "table/table.h"

namespace dinas {

/// Values of a model's metrics: from tables, where those have none computed by the space.
class KnownMetrics {
 public:
  /// `model` is only read here; `columns`: what the tables must have or the space compute beside.
  /// Throws as open_tables does.
  KnownMetrics(const Model& model, std::shared_ptr<const Space> space,
               const std::vector<std::string>& tables, const std::vector<std::string>& columns,
               Console& console);

  /// Value of model.metrics[metric] in its own unit; NaN where it is not known.
  [[nodiscard]] double value(std::size_t metric, const Architecture& architecture) const;
  /// Does a table have the metric, or can the space compute it?
  [[nodiscard]] bool can_tell(std::size_t metric) const;
  /// nullptr without files.
  [[nodiscard]] const Table* table() const { return table_ ? &*table_ : nullptr; }

 private:
  struct Source {
    const Column* column = nullptr;
    std::optional<std::size_t> computed;  // index among the space's computed metrics
  };

  std::shared_ptr<const Space> space_;
  std::optional<Table> table_;
  std::vector<Source> sources_;  // [metrics]
};

}  // namespace dinas
