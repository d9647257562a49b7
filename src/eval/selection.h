// Choosing among evaluated architectures by one metric and reporting another.
//
// The rule is the same for the generator, the controls and the searches: of a candidate all values
// that matter are known (to the table or, for the generator's, because the space computes them), it
// is not degenerate, and keeps every bound on metrics other than the selected and the
// reported one. What is reported never has a part in the choice.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/quality.h"
#include "eval/search_task.h"

namespace dinas {

/// A metric of the table and which of its values are better.
struct Criterion {
  std::string metric;
  Direction direction = Direction::kMax;
};
/// Is `a` better than `b`? False where either is NaN.
bool strictly_better(Direction direction, double a, double b);

/// The architecture of one choice, by its values.
struct Pick {
  double select = 0.0;
  double report = 0.0;
  bool inside = false;  // not degenerate and keeps every bound, of these two metrics as well
};

/// Borrows the table.
class Selection {
 public:
  /// Throws UsageError when a metric is no column of the table.
  Selection(const Table& table, std::span<const TableBound> bounds, Criterion select,
            Criterion report);

  [[nodiscard]] const Criterion& select() const { return select_; }
  [[nodiscard]] const Criterion& report() const { return report_; }

  /// Not degenerate, and none of the values that matter is missing.
  [[nodiscard]] bool known(std::size_t row) const;
  [[nodiscard]] bool candidate(std::size_t row) const;
  [[nodiscard]] Pick values(std::size_t row) const {
    return {select_values_[row], report_values_[row], inside_[row]};
  }

  /// The values of a candidate, in the table or not (Table::value); nullopt if it is none.
  [[nodiscard]] std::optional<Pick> judge(const Architecture& architecture) const;
  /// The candidate with the best selected value, the first of equal ones.
  [[nodiscard]] std::optional<Pick> choose(std::span<const Architecture> architectures) const;
  [[nodiscard]] std::optional<Pick> choose(std::span<const std::size_t> rows) const;
  /// The best selected value of the candidates, and the mean reported value of all that have it:
  /// what a selector that sees all `rows` can expect. It is inside if all of those are.
  [[nodiscard]] std::optional<Pick> limit(std::span<const std::size_t> rows) const;

  /// The same rule for a search: the selected metric is the objective, bounds on metrics neither
  /// selected nor reported are its limits, known rows can be asked. It refers to this object.
  [[nodiscard]] KnownTask search() const;

 private:
  void take_better(std::optional<Pick>& best, const Pick& pick) const;

  struct OtherBound {
    TableBound bound;
    std::span<const double> values;  // [rows]
  };

  const Table& table_;
  Criterion select_;
  Criterion report_;
  std::span<const double> select_values_;  // [rows]
  std::span<const double> report_values_;  // [rows]
  std::vector<TableBound> bounds_;
  std::vector<OtherBound> others_;  // bounds on metrics neither selected nor reported
  std::vector<bool> inside_;        // [rows] in the satisfying set of all bounds
};

}  // namespace dinas
