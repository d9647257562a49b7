// A benchmark table, or the space itself, as the evaluator.
#pragma once

#include <utility>
#include <vector>

#include "study/evaluator.h"
#include "table/table.h"

namespace dinas {

/// Answers at once, one architecture at a time.
class TableEvaluator : public StudyEvaluator {
 public:
  /// Borrows the table. Every metric of the task that the space does not compute beforehand must be
  /// a column of it.
  TableEvaluator(const Table& table, const SearchTask& task);

  [[nodiscard]] std::size_t workers() const override { return 1; }
  void start(Ticket ticket) override { started_.push_back(std::move(ticket)); }
  std::vector<Finished> wait(double seconds) override;
  std::vector<Ticket> stop() override { return std::exchange(started_, {}); }

  /// Tells a task which architectures the table can answer for: the rows that are not degenerate
  /// and have every metric, and, where the space computes every one, all others as well. The task
  /// borrows the table.
  void restrict(SearchTask& task) const;

 private:
  [[nodiscard]] bool has_all(const Architecture& architecture) const;

  const Table& table_;
  std::vector<const Column*> columns_;
  std::vector<Ticket> started_;
};

}  // namespace dinas
